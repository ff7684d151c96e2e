/**
 * EXIF orientation: how a picture as stored is brought upright.
 *
 * Source: CIPA DC-008 (Exif 2.32), 4.6.4, tag 0x0112.
 */
import { openExif } from './exif-directory.ts'
import type { Mask } from './image.ts'

const orientationTag = 0x0112

/** @param bytes - An image file, or its beginning. @returns 1 to 8; 1 where the file does not say. */
export function exifOrientation(bytes: Uint8Array): number {
  const exif = openExif(bytes)
  if (exif === null) return 1
  const entry = exif.entries(exif.first).get(orientationTag)
  const value = entry === undefined ? 1 : exif.shortAt(entry)
  return value >= 1 && value <= 8 ? value : 1
}

/**
 * @param orientation - 1 to 8, of the photograph that the mask was drawn on as stored.
 * @returns The mask as it lies on the upright photograph.
 */
export function turnUpright({ width, height, data }: Mask, orientation: number): Mask {
  if (orientation < 2 || orientation > 8) return { width, height, data }
  const isSideways = orientation >= 5
  const size = isSideways ? { width: height, height: width } : { width, height }
  const turned = new Uint8Array(data.length)
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const [u, v] = storedAt(x, y, width, height, orientation)
      turned[y * size.width + x] = data[v * width + u]!
    }
  }
  return { ...size, data: turned }
}

/** Where the upright pixel (x, y) lies in the stored picture of `width` x `height`. */
function storedAt(
  x: number,
  y: number,
  width: number,
  height: number,
  orientation: number,
): [number, number] {
  const right = width - 1
  const bottom = height - 1
  switch (orientation) {
    case 2:
      return [right - x, y]
    case 3:
      return [right - x, bottom - y]
    case 4:
      return [x, bottom - y]
    case 5:
      return [y, x]
    case 6:
      return [y, bottom - x]
    case 7:
      return [right - y, bottom - x]
    default:
      return [right - y, x]
  }
}
