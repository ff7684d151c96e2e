/** Samples in the description of a step: files by the hash of their contents, and what decides about a result, no more. */
import type { FileContents } from '../../backbone/file-contents.ts'
import type { MaskSource, Sample } from '../../dataset/sample.ts'
import { InputError } from '../../errors.ts'
import { sha256 } from '../../files/hash.ts'
import { readBytes } from '../../files/read-bytes.ts'
import type { PixelReading } from '../../image/pixel-reading.ts'
import { blobKey, type Store } from '../../work/store.ts'

/** `path` holds the hash; of regions, which stand in the source itself, nothing. */
export interface SampleRef extends Pick<Sample, 'id' | 'label' | 'part'> {
  readonly sha256: string
  readonly foreground: MaskSource | null
  readonly reading?: PixelReading
}

/** @throws {InputError} A file cannot be read. */
export async function refOf(sample: Sample, contents: FileContents): Promise<SampleRef> {
  const { id, label, part, path, foreground, reading } = sample
  const { sha256 } = await contents.identify(path)
  const own = foreground === null ? null : await maskRef(foreground, contents)
  return { id, label, part, sha256, foreground: own, ...(reading && { reading }) }
}

async function maskRef(mask: MaskSource, contents: FileContents): Promise<MaskSource> {
  if (mask.kind === 'regions') return { ...mask, path: '' }
  if (mask.kind === 'union') {
    const masks: MaskSource[] = []
    for (const each of mask.masks) masks.push(await maskRef(each, contents))
    return { ...mask, path: '', masks }
  }
  return { ...mask, path: (await contents.identify(mask.path)).sha256 }
}

/** Files that a mask is read from. */
export function filesOfMask(mask: MaskSource | null): readonly string[] {
  if (mask === null || mask.kind === 'regions') return []
  return mask.kind === 'union' ? mask.masks.flatMap(filesOfMask) : [mask.path]
}

/** The same mask, read from other places. */
export function movedMask(mask: MaskSource, placeOf: (path: string) => string): MaskSource {
  if (mask.kind === 'regions') return mask
  if (mask.kind === 'union') return { ...mask, masks: mask.masks.map((each) => movedMask(each, placeOf)) }
  return { ...mask, path: placeOf(mask.path) }
}

/** As {@link Crew.bring}, one file. */
export async function bringFile(path: string, contents: FileContents, store: Store): Promise<void> {
  const known = await contents.identify(path)
  const key = blobKey(known.sha256)
  if (await store.has(key)) return
  const bytes = known.bytes ?? (await readBytes(path))
  if (known.bytes === null && sha256(bytes) !== known.sha256)
    throw new InputError(
      path,
      'has changed while it was being submitted: start again, with a dataset that stays as it is',
    )
  await store.put(key, bytes)
}
