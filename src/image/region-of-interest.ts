/** Where in a picture defects count: what lies outside is painted over before anything looks at it. */
import { InputError } from '../errors.ts'
import { sha256 } from '../files/hash.ts'
import { cutRect } from './cut-tiles.ts'
import { decodeImage } from './decode-image.ts'
import { encodePng } from './encode-image.ts'
import type { Frame, Image, Mask, Rect, ScoreMap } from './image.ts'
import { prepareMask } from './prepare-mask.ts'

export interface RegionOfInterest {
  /** Of the size of the pictures; 1 where defects count. Never empty. */
  readonly mask: Mask
  /** Tells it from others. */
  readonly sha256: string
}

/**
 * Unlike the mask of a defect, the file means what it shows: bright counts, dark and transparent do not. What is at least half as bright
 * as the brightest pixel is bright, so that masks of 0 and 1 are understood too.
 *
 * @param name - For messages.
 * @throws {InputError} It cannot be read, or nothing in it counts.
 */
export async function readRegionOfInterest(source: string | Uint8Array, name: string): Promise<Mask> {
  const { width, height, data } = await decodeImage(source)
  const brightness = Uint16Array.from(
    { length: width * height },
    (_, i) => data[3 * i]! + data[3 * i + 1]! + data[3 * i + 2]!,
  )
  const brightest = brightness.reduce((most, value) => Math.max(most, value), 0)
  if (brightest === 0)
    throw new InputError(name, 'has nothing in it: what counts is white, what does not is black')
  return { width, height, data: Uint8Array.from(brightness, (value) => (2 * value >= brightest ? 1 : 0)) }
}

/** Name of its file in the folder of a model. */
export const interestName = 'roi.png'

export const interestOf = (mask: Mask): RegionOfInterest => ({
  mask,
  sha256: sha256(Buffer.concat([Buffer.from(`${mask.width}x${mask.height}\n`), mask.data])),
})

export const encodeRegionOfInterest = ({ width, height, data }: Mask): Promise<Uint8Array> =>
  encodePng({ width, height, data: data.map((value) => 255 * value) })

/** @throws {InputError} The region is of pictures of another size. */
export function requireSize(
  path: string,
  { width, height }: Pick<Image, 'width' | 'height'>,
  { mask }: RegionOfInterest,
): void {
  if (width === mask.width && height === mask.height) return
  throw new InputError(
    path,
    `is ${width}x${height}, and the region of interest is of pictures of ${mask.width}x${mask.height}`,
  )
}

/** The picture, or a part of it, with what does not count painted black. */
export function interestOnly(image: Image, { mask }: RegionOfInterest, part: Rect | null): Image {
  const counts = part === null ? mask : cutRect(mask, part)
  const { width, height } = image
  const data = image.data.slice()
  for (let i = 0, at = 0; i < counts.data.length; i++, at += 3)
    if (counts.data[i] === 0) data.fill(0, at, at + 3)
  return { width, height, data }
}

/** The map with what does not count at 0, or as low as the lowest of what counts. */
export function interestOfMap(map: ScoreMap, frame: Frame, { mask }: RegionOfInterest): ScoreMap {
  const counts = prepareMask(mask, frame).data
  let lowest = 0
  for (let i = 0; i < counts.length; i++) if (counts[i] === 1 && map.data[i]! < lowest) lowest = map.data[i]!
  return { ...map, data: map.data.map((value, i) => (counts[i] === 1 ? value : lowest)) }
}
