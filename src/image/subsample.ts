/**
 * Every n-th pixel of a prepared image, without smoothing: what `interpolate` of PyTorch does by default, and so how CS-Flow's
 * reference makes its smaller inputs. It aliases; `prepareImage` at the smaller size does not.
 */
import { ShapeError } from '../errors.ts'
import type { PreparedImage, Rect, Size } from './image.ts'

/**
 * @param step - Whole, at least 1; must divide both sides. Pixel (x, y) becomes that of (step x, step y).
 * @throws {ShapeError} It does not.
 */
export function subsample({ width, height, data, frame }: PreparedImage, step: number): PreparedImage {
  if (width % step !== 0 || height % step !== 0) {
    throw new ShapeError('image', `[height, width] of multiples of ${step}`, [height, width])
  }
  const size = { width: width / step, height: height / step }
  const kept = new Uint8Array(3 * size.width * size.height)
  let to = 0
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const from = 3 * (y * width + x)
      kept[to++] = data[from]!
      kept[to++] = data[from + 1]!
      kept[to++] = data[from + 2]!
    }
  }
  return { ...size, data: kept, frame: { ...frame, size, content: shrink(frame.content, step, size) } }
}

/** The kept pixels of a rectangle; at least one in each direction, though none may have been its own. */
function shrink({ x, y, width, height }: Rect, step: number, size: Size): Rect {
  const left = Math.min(size.width - 1, Math.ceil(x / step))
  const top = Math.min(size.height - 1, Math.ceil(y / step))
  return {
    x: left,
    y: top,
    width: Math.max(1, Math.ceil((x + width) / step) - left),
    height: Math.max(1, Math.ceil((y + height) / step) - top),
  }
}
