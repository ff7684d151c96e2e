/**
 * Defect masks in the frame of the model's input, all read once and kept as bits: 8 KB for 256 x 256, whatever the
 * original's size, since every fold asks for half of them again.
 */
import { availableParallelism } from 'node:os'
import { readMask } from '../../dataset/read-mask.ts'
import type { MaskSource, Sample } from '../../dataset/sample.ts'
import { reasonOfBadFile } from '../../errors.ts'
import type { Frame, Mask } from '../../image/image.ts'
import { type PackedMask, packMask, unpackMask } from '../../image/packed-mask.ts'
import { prepareMask } from '../../image/prepare-mask.ts'
import type { RegionOfInterest } from '../../image/region-of-interest.ts'
import { checkCancelled, mapConcurrent, type Task } from '../../task.ts'
import type { Failure } from './open-samples.ts'

export interface MaskStore {
  /**
   * The mask of an anomalous sample; null where there is none that can be used: none at all, a broken one, one of another
   * size, an empty one, or one so small that nothing of it is left at the model's size.
   */
  find(sample: Sample): Mask | null
  /** Masks that cannot be used. */
  readonly failures: readonly Failure[]
  /** Ids of samples whose defect vanishes at the model's size. */
  readonly vanished: ReadonlySet<string>
}

/** What was read, as plain data. */
export interface MaskBits extends Pick<MaskStore, 'failures' | 'vanished'> {
  /** By sample id. */
  readonly bits: ReadonlyMap<string, PackedMask>
}

/** @param parts - Of all samples, in their order. */
export function maskStore(parts: readonly MaskBits[]): MaskStore {
  const bits = new Map(parts.flatMap((part) => [...part.bits]))
  return {
    find(sample) {
      const found = bits.get(sample.id)
      return found === undefined ? null : unpackMask(found)
    },
    failures: parts.flatMap(({ failures }) => failures),
    vanished: new Set(parts.flatMap(({ vanished }) => [...vanished])),
  }
}

/**
 * @param frames - By sample id; samples without a frame are passed over.
 * @param interest - What of a mask counts; null for all of it.
 */
export async function readMasks(
  samples: readonly Sample[],
  frames: ReadonlyMap<string, Frame>,
  task: Task,
  interest: RegionOfInterest | null = null,
): Promise<MaskBits> {
  const bits = new Map<string, PackedMask>()
  const failures: Failure[] = []
  const vanished = new Set<string>()
  const masked = samples.flatMap(({ id, label, mask }) => {
    const frame = frames.get(id)
    return label === 'anomalous' && mask && frame ? [{ id, mask, frame }] : []
  })
  const read = mapConcurrent(masked, availableParallelism(), async ({ id, mask, frame }) => {
    checkCancelled(task)
    return { id, path: mask.path, outcome: await readOne(mask, frame, interest) }
  })
  const progress = task.progress('masks', 'images')
  let done = 0
  for await (const { id, path, outcome } of read) {
    if ('reason' in outcome) failures.push({ path, reason: outcome.reason })
    else if (outcome.mask.data.includes(1)) bits.set(id, packMask(outcome.mask))
    else vanished.add(id)
    progress.update(++done, masked.length)
  }
  progress.end()
  return { bits, failures, vanished }
}

async function readOne(
  source: MaskSource,
  frame: Frame,
  interest: RegionOfInterest | null,
): Promise<{ readonly mask: Mask } | { readonly reason: string }> {
  const leftOut = 'the image is left out of pixel figures'
  try {
    const mask = await readMask(source, frame.source)
    if (!mask.data.includes(1)) return { reason: `the mask of a defect is empty: ${leftOut}` }
    if (interest === null) return { mask: prepareMask(mask, frame) }
    const data = mask.data.map((value, i) => value & interest.mask.data[i]!)
    if (data.includes(1)) return { mask: prepareMask({ ...mask, data }, frame) }
    return {
      reason: `the defect lies outside the region of interest, and the image is anomalous all the same: ${leftOut}`,
    }
  } catch (error) {
    return { reason: `${reasonOfBadFile(error)}: ${leftOut}` }
  }
}
