/** One look at every file: everything that the guardrails ask of pictures, from one decoding of each. */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { findFittingMask } from '../../dataset/read-mask.ts'
import type { MaskSource, Sample } from '../../dataset/sample.ts'
import { greyOf, measureLight } from '../../drift/light.ts'
import { silhouetteOf } from '../../drift/silhouette.ts'
import { InputError, reasonOfBadFile } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import { sha256 } from '../../files/hash.ts'
import { decodeImage } from '../../image/decode-image.ts'
import { exifTime } from '../../image/exif-time.ts'
import { fitFrame } from '../../image/frame.ts'
import type { Fit, Image, Mask, Size } from '../../image/image.ts'
import { findImageFormat } from '../../image/image-format.ts'
import { type PackedMask, packMask } from '../../image/packed-mask.ts'
import { prepareMask } from '../../image/prepare-mask.ts'
import { resizeBilinear } from '../../image/resize-bilinear.ts'
import { connectedComponents } from '../../math/connected-components.ts'
import { present } from '../../present.ts'
import { checkCancelled, mapConcurrent, type Task } from '../../task.ts'
import { side } from '../likeness/local-contrast.ts'
import type { DefectExtent, FileFault, Picture, Scan } from './picture.ts'

const thumbnailSize: Size = { width: side, height: side }

/**
 * @param input - Model input, at which defects are measured.
 * @throws {CancelledError} The task's signal fired.
 * Cost: decoding, on several threads, and 10 ns a pixel; a few images at a time, and 6 KB kept of each.
 */
export async function scanImages(
  samples: readonly Sample[],
  input: { readonly size: Size; readonly fit: Fit },
  task: Task,
): Promise<Scan> {
  const pictures: Picture[] = []
  const faults: FileFault[] = []
  const progress = task.progress('look', 'images')
  let done = 0
  const looked = mapConcurrent(samples, 2 * availableParallelism(), (sample) => {
    checkCancelled(task)
    return look(sample, input)
  })
  try {
    for await (const { picture, faults: found } of looked) {
      if (picture !== null) pictures.push(picture)
      faults.push(...found)
      progress.update(++done, samples.length)
    }
  } finally {
    progress.end()
  }
  return { pictures, faults }
}

interface Looked {
  readonly picture: Picture | null
  readonly faults: readonly FileFault[]
}

async function look(sample: Sample, input: { size: Size; fit: Fit }): Promise<Looked> {
  const faults: FileFault[] = []
  const fault = (path: string, kind: FileFault['kind']) => (reason: string) => {
    faults.push({ path, kind, reason, label: sample.label })
    return null
  }
  const opened = await attempt(() => open(sample), fault(sample.path, 'image'))
  if (opened === null) return { picture: null, faults }
  const { bytes, image } = opened
  const maskOf = async (source: MaskSource | null): Promise<Mask | null> => {
    if (source === null) return null
    const report = fault(source.path, 'mask')
    const mask = await attempt(() => findFittingMask(source, image), report)
    if (mask === null) return null
    if ('mismatch' in mask) return report(mask.mismatch)
    return mask.data.includes(1) ? mask : report('is empty')
  }
  const mask = await maskOf(sample.mask)
  const foreground = await maskOf(sample.foreground)
  const thumbnail = resizeBilinear(image, thumbnailSize)
  const picture: Picture = {
    sample,
    width: image.width,
    height: image.height,
    format: present(findImageFormat(bytes), 'the format of an image that was read'),
    bytes: bytes.length,
    fileHash: sha256(bytes),
    pixelHash: sha256(image.data),
    takenAt: exifTime(bytes),
    light: measureLight(greyOf(image), image.width, image.height),
    thumbnail: greyOf(thumbnail),
    silhouette: packed(foreground === null ? silhouetteOf(thumbnail) : shrunk(foreground)),
    defect: mask === null ? null : defectExtent(mask, input),
  }
  return { picture, faults }
}

async function open({
  path,
  reading,
}: Sample): Promise<{ readonly bytes: Uint8Array; readonly image: Image }> {
  try {
    const bytes = await readFile(path)
    return { bytes, image: await decodeImage(bytes, reading) }
  } catch (cause) {
    if (isSystemError(cause)) throw new InputError(path, `cannot be read: ${systemReason(cause)}`, { cause })
    throw cause
  }
}

/** A bad file is an outcome; anything else is an error. */
async function attempt<T>(work: () => Promise<T>, failed: (reason: string) => null): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    return failed(reasonOfBadFile(error))
  }
}

const packed = (data: Uint8Array | null): PackedMask | null => data && packMask({ ...thumbnailSize, data })

const shrunk = (mask: Mask): Uint8Array => prepareMask(mask, fitFrame(mask, thumbnailSize, 'stretch')).data

function defectExtent(mask: Mask, { size, fit }: { size: Size; fit: Fit }): DefectExtent {
  const frame = fitFrame(mask, size, fit)
  const prepared = prepareMask(mask, frame)
  const { areas } = connectedComponents(prepared.data, size.width, size.height)
  let pixels = 0
  let visible = 0
  const { x, y, width, height } = frame.visible
  for (let row = 0, at = 0; row < mask.height; row++) {
    for (let column = 0; column < mask.width; column++, at++) {
      if (mask.data[at] === 0) continue
      pixels++
      if (column >= x && column < x + width && row >= y && row < y + height) visible++
    }
  }
  return { pixels, regions: [...areas].sort((a, b) => b - a), cut: 1 - visible / pixels }
}
