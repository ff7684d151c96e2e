/** Cutting prepared images into tiles of one size that overlap evenly and cover everything. */
import type { GreyImage, Image, Mask, Rect, Size } from './image.ts'

export interface Tile {
  readonly row: number
  readonly col: number
  readonly rect: Rect
}

/**
 * As few tiles as cover the image, spread evenly; smaller than asked where the image is.
 *
 * @param object - Of the image's size; tiles without a pixel of it are left out. Null to keep all.
 */
export function cutTiles(image: Size, tile: Size, object: Mask | null): Tile[] {
  const columns = starts(image.width, tile.width)
  const rows = starts(image.height, tile.height)
  const width = Math.min(tile.width, image.width)
  const height = Math.min(tile.height, image.height)
  return rows
    .flatMap((y, row) => columns.map((x, col) => ({ row, col, rect: { x, y, width, height } })))
    .filter(({ rect }) => object === null || cutRect(object, rect).data.includes(1))
}

function starts(length: number, tile: number): number[] {
  if (length <= tile) return [0]
  const count = Math.ceil(length / tile)
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - tile)) / (count - 1)))
}

/** The pixels of a rectangle that lies inside the image. */
export function cutRect<T extends Image | GreyImage | Mask>(image: T, { x, y, width, height }: Rect): T {
  const channels = image.data.length / (image.width * image.height)
  const data = new Uint8Array(channels * width * height)
  for (let row = 0; row < height; row++) {
    const from = channels * ((y + row) * image.width + x)
    data.set(image.data.subarray(from, from + channels * width), channels * row * width)
  }
  return { width, height, data } as T
}
