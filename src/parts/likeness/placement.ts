/** Where one picture lies over another of the same size, and what it shows there. */

/** From a pixel of the fixed picture to one of the moving picture, both from the centre: x -> scaleX * x + shiftX. */
export interface Placement {
  readonly scaleX: number
  readonly scaleY: number
  readonly shiftX: number
  readonly shiftY: number
}

export const unmoved: Placement = { scaleX: 1, scaleY: 1, shiftX: 0, shiftY: 0 }

/** The placement that undoes another. */
export function inverted({ scaleX, scaleY, shiftX, shiftY }: Placement): Placement {
  return { scaleX: 1 / scaleX, scaleY: 1 / scaleY, shiftX: -shiftX / scaleX, shiftY: -shiftY / scaleY }
}

/** Pixels of the fixed picture that the moving one covers; ends excluded. */
export interface Window {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export function placedWindow({ scaleX, scaleY, shiftX, shiftY }: Placement, size: number): Window {
  const centre = (size - 1) / 2
  const first = (scale: number, shift: number): number =>
    Math.max(0, Math.ceil((-centre - shift) / scale + centre - 1e-9))
  const end = (scale: number, shift: number): number =>
    Math.min(size, Math.floor((centre - shift) / scale + centre + 1e-9) + 1)
  const [left, top] = [first(scaleX, shiftX), first(scaleY, shiftY)]
  return { left, top, right: Math.max(left, end(scaleX, shiftX)), bottom: Math.max(top, end(scaleY, shiftY)) }
}

/** The window that two windows share. */
export function sharedWindow(a: Window, b: Window): Window {
  const left = Math.max(a.left, b.left)
  const top = Math.max(a.top, b.top)
  return {
    left,
    top,
    right: Math.max(left, Math.min(a.right, b.right)),
    bottom: Math.max(top, Math.min(a.bottom, b.bottom)),
  }
}

const columns = new Int32Array(64)
const fractions = new Float64Array(64)

/** Fills `out` within the window with the moving picture as it lies there, bilinear; leaves the rest as it was. */
export function place(
  moving: Float32Array,
  { scaleX, scaleY, shiftX, shiftY }: Placement,
  size: number,
  { left, right, top, bottom }: Window,
  out: Float32Array,
): void {
  const centre = (size - 1) / 2
  const lastStart = size - 2
  for (let x = left; x < right; x++) {
    const u = Math.max(0, (x - centre) * scaleX + centre + shiftX)
    const column = Math.min(lastStart, Math.floor(u))
    columns[x] = column
    fractions[x] = Math.min(1, u - column)
  }
  for (let y = top; y < bottom; y++) {
    const v = Math.max(0, (y - centre) * scaleY + centre + shiftY)
    const row = Math.min(lastStart, Math.floor(v))
    const fy = Math.min(1, v - row)
    const upper = row * size
    const to = y * size
    for (let x = left; x < right; x++) {
      const from = upper + columns[x]!
      const fx = fractions[x]!
      const above = moving[from]! + fx * (moving[from + 1]! - moving[from]!)
      const below = moving[from + size]! + fx * (moving[from + size + 1]! - moving[from + size]!)
      out[to + x] = above + fy * (below - above)
    }
  }
}

/** Pearson's correlation from sums over `n` pairs; 0 where one side does not vary. */
export function correlationOf(n: number, a: number, b: number, aa: number, bb: number, ab: number): number {
  const spread = (aa - (a * a) / n) * (bb - (b * b) / n)
  return spread > 0 ? (ab - (a * b) / n) / Math.sqrt(spread) : 0
}
