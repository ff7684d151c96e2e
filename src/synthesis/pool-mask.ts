/** A mask at the resolution of features: which feature cells see an anomaly. */
import { ShapeError } from '../errors.ts'
import type { Mask } from '../image/image.ts'

/**
 * A cell is inside where any of its pixels is (max pooling).
 *
 * Cell (r, c) sees the pixels from floor(r height / rows) to ceil((r + 1) height / rows), and so across. Where the sides are
 * multiples of rows and columns that is the reference's `max_pool2d` with kernel and stride height / rows; elsewhere the
 * reference drops the last pixels, or makes more cells than features, and here cells overlap by a pixel instead.
 *
 * @returns Size (cols, rows). A mask with a pixel inside gives at least one cell inside.
 * @throws {ShapeError} Rows or columns are not whole and positive.
 */
export function poolMask({ width, height, data }: Mask, rows: number, cols: number): Mask {
  if (![rows, cols].every((side) => Number.isInteger(side) && side > 0)) {
    throw new ShapeError('feature mask', '[rows, cols], whole and positive', [rows, cols])
  }
  const pooled = new Uint8Array(rows * cols)
  for (let row = 0, to = 0; row < rows; row++) {
    const top = Math.floor((row * height) / rows)
    const bottom = Math.ceil(((row + 1) * height) / rows)
    for (let col = 0; col < cols; col++, to++) {
      const left = Math.floor((col * width) / cols)
      const right = Math.ceil(((col + 1) * width) / cols)
      for (let y = top; y < bottom && pooled[to] === 0; y++) {
        const end = y * width + right
        for (let at = y * width + left; at < end; at++) {
          if (data[at] !== 0) {
            pooled[to] = 1
            break
          }
        }
      }
    }
  }
  return { width: cols, height: rows, data: pooled }
}
