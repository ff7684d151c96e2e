/**
 * Photographs that their EXIF turns, and masks that were drawn on them as stored: annotation tools that ignore EXIF make such. Where
 * only one way fits by size, that is it; where both do, the edges of mask and picture tell, if all agree.
 */
import { open } from 'node:fs/promises'
import { InputError } from '../errors.ts'
import { isSystemError } from '../files/atomic.ts'
import { decodeImage } from '../image/decode-image.ts'
import type { Image, Mask, Size } from '../image/image.ts'
import { exifOrientation, turnUpright } from '../image/orientation.ts'
import { readImageSize } from '../image/read-image-size.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import { readLabelme } from './labelme.ts'
import { drawMask } from './read-mask.ts'
import type { DatasetIssue, MaskSource, Sample } from './sample.ts'

export interface SettledOrientation {
  /** Samples whose masks are to be turned, by id, with the EXIF orientation of their photograph. */
  readonly turned: ReadonlyMap<string, number>
  readonly issues: readonly DatasetIssue[]
  readonly notes: readonly string[]
}

/** Where the EXIF of cameras lies. */
const headBytes = 65_536
/** Pairs whose edges are compared. */
const mostCompared = 24
/** Share of the pairs that must agree, and how much stronger, on average, the picture's edges must be along the mask's outline. */
const leastAgreeing = 0.8
const leastRatio = 1.15

interface Turned {
  readonly sample: Sample
  readonly mask: MaskSource
  readonly orientation: number
  /** Which ways the sizes allow. */
  readonly fits: 'upright' | 'stored' | 'both' | 'neither'
}

/** Cost: the head of every photograph that has a mask; up to 24 pairs are decoded where their EXIF turns them. */
export async function settleOrientation(samples: readonly Sample[], task: Task): Promise<SettledOrientation> {
  const found: Turned[] = []
  const masked = samples.flatMap((sample) => {
    const mask = sample.mask ?? sample.foreground
    return mask === null ? [] : [{ sample, mask }]
  })
  for await (const each of mapConcurrent(masked, 16, async ({ sample, mask }) => {
    checkCancelled(task)
    const orientation = await orientationOf(sample.path)
    return orientation === 1
      ? null
      : { sample, mask, orientation, fits: await fitOf(sample, mask, orientation) }
  })) {
    if (each !== null) found.push(each)
  }
  if (found.length === 0) return { turned: new Map(), issues: [], notes: [] }
  const stored = found.filter(({ fits }) => fits === 'stored')
  const both = found.filter(({ fits }) => fits === 'both')
  const verdict = await compareEdges(both, task)
  const turned = new Map(stored.map(({ sample, orientation }) => [sample.id, orientation]))
  if (verdict === 'stored') for (const { sample, orientation } of both) turned.set(sample.id, orientation)
  const notes = [
    ...(stored.length > 0
      ? [
          `Masks of ${stored.length} photographs that EXIF turns were drawn on them as stored, by their size, and are turned likewise.`,
        ]
      : []),
    ...(verdict === 'stored'
      ? [
          `Masks of ${both.length} photographs that EXIF turns were drawn on them as stored, by the edges of both, and are turned likewise.`,
        ]
      : []),
    ...(verdict === 'upright'
      ? [
          `Masks of ${both.length} photographs that EXIF turns lie on the upright picture, by the edges of both.`,
        ]
      : []),
  ]
  const issues: DatasetIssue[] =
    verdict !== 'unknown'
      ? []
      : [
          {
            kind: 'doubtful-mask',
            severity: 'warning',
            path: both[0]!.mask.path,
            message: `this and ${both.length - 1} more masks fit their photographs as stored and as turned by EXIF, and their edges do not tell which was meant; they are taken for upright. Store the photographs without EXIF orientation to be sure`,
          },
        ]
  return { turned, issues, notes }
}

async function orientationOf(path: string): Promise<number> {
  try {
    const file = await open(path, 'r')
    try {
      const head = new Uint8Array(headBytes)
      const { bytesRead } = await file.read(head, 0, headBytes, 0)
      return exifOrientation(head.subarray(0, bytesRead))
    } finally {
      await file.close()
    }
  } catch (error) {
    if (isSystemError(error)) return 1 // said where it is used
    throw error
  }
}

async function fitOf(sample: Sample, mask: MaskSource, orientation: number): Promise<Turned['fits']> {
  try {
    const upright = await readImageSize(sample.path)
    const size = await sizeOf(mask)
    if (size === null) return 'upright'
    if (mask.kind === 'file' && (await orientationOf(mask.path)) !== 1) return 'upright' // turns by itself
    const asStored = swapped(upright, orientation)
    const fitsUpright = isSame(size, upright)
    const fitsStored = isSame(size, asStored)
    return fitsUpright && fitsStored ? 'both' : fitsUpright ? 'upright' : fitsStored ? 'stored' : 'neither'
  } catch (error) {
    if (error instanceof InputError) return 'neither' // said where it is used
    throw error
  }
}

/** Size of the photograph that the mask was made for; null where nothing says it. */
async function sizeOf(mask: MaskSource): Promise<Size | null> {
  if (mask.kind === 'file') return readImageSize(mask.path)
  if (mask.kind === 'regions') return mask.size
  if (mask.kind === 'union') return mask.masks[0] === undefined ? null : sizeOf(mask.masks[0])
  const { width, height } = await readLabelme(mask.path)
  return width === null || height === null ? null : { width, height }
}

const isSame = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height

/** Size of the picture as stored, from that of the upright one. */
export const swapped = ({ width, height }: Size, orientation: number): Size =>
  orientation >= 5 ? { width: height, height: width } : { width, height }

async function compareEdges(
  pairs: readonly Turned[],
  task: Task,
): Promise<'stored' | 'upright' | 'unknown' | 'none'> {
  if (pairs.length === 0) return 'none'
  const step = Math.max(1, pairs.length / mostCompared)
  const chosen = Array.from(
    { length: Math.min(pairs.length, mostCompared) },
    (_, i) => pairs[Math.floor(i * step)]!,
  )
  const ratios: number[] = []
  for await (const ratio of mapConcurrent(chosen, 4, (pair) => {
    checkCancelled(task)
    return compare(pair)
  })) {
    if (ratio !== null) ratios.push(ratio)
  }
  if (ratios.length === 0) return 'unknown'
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
  const share = ratios.filter((ratio) => ratio > 0 === mean > 0).length / ratios.length
  if (share < leastAgreeing || Math.abs(mean) < Math.log(leastRatio)) return 'unknown'
  return mean > 0 ? 'stored' : 'upright'
}

/** log of the edges along the outline of the mask turned, over those of the mask as it is; null where a file cannot be read. */
async function compare({ sample, mask, orientation }: Turned): Promise<number | null> {
  try {
    const image = await decodeImage(sample.path, sample.reading)
    const upright = await drawMask(mask, image)
    const stored = await drawMask(mask, swapped(image, orientation))
    if ('mismatch' in upright || 'mismatch' in stored) return null
    const asIs = edgeAlong(image, upright)
    const turned = edgeAlong(image, turnUpright(stored, orientation))
    return Math.log((turned + 1) / (asIs + 1))
  } catch (error) {
    if (error instanceof InputError) return null
    throw error
  }
}

/** Mean difference of green across the outline of a mask, 0..255; pixels at the picture's edge do not count. */
function edgeAlong({ width, height, data }: Image, mask: Mask): number {
  const green = (x: number, y: number): number => data[3 * (y * width + x) + 1]!
  let sum = 0
  let count = 0
  for (let y = 2; y < height - 2; y++) {
    for (let x = 2; x < width - 2; x++) {
      const at = y * width + x
      if (mask.data[at] === 0) continue
      const isOutline =
        mask.data[at - 1] === 0 ||
        mask.data[at + 1] === 0 ||
        mask.data[at - width] === 0 ||
        mask.data[at + width] === 0
      if (!isOutline) continue
      sum += Math.max(
        Math.abs(green(x + 2, y) - green(x - 2, y)),
        Math.abs(green(x, y + 2) - green(x, y - 2)),
      )
      count++
    }
  }
  return count === 0 ? 0 : sum / count
}
