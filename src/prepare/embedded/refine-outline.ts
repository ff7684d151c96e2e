/**
 * From cells to pixels: along the outline, every pixel is compared with the colours of the object and of the background beside it.
 *
 * Only cells whose neighbours are of both kinds are looked at. Where the two sides hardly differ in colour, the outline of the cells
 * is kept, smoothed.
 */
import type { Image, Mask } from '../../image/image.ts'
import type { CellFeatures } from './cell-features.ts'

/** Cells around one whose inner neighbours say what object and background look like there. */
const reach = 2
/** Difference of colour at which colour and the cells' outline count alike, 0..441. */
const evenContrast = 32
/**
 * Objects are darker at their rim, where they turn away from the light. The more they stand out from the background, the less of
 * the way to the object's colours a pixel must go. Found on simulated parts.
 */
const rim = { most: 0.35, evenContrast: 180 }

/**
 * @param isObject - [rows, cols], 0 or 1.
 * Cost: the pixels of the outline's cells.
 */
export function refineOutline(image: Image, { rows, cols, cell }: CellFeatures, isObject: Uint8Array): Mask {
  const { width, height } = image
  const data = new Uint8Array(width * height)
  const isMixed = mixedCells(isObject, rows, cols)
  const colours = createCellColours(image, cols, cell)
  for (let row = 0, i = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, i++) {
      const right = Math.min(width, (col + 1) * cell)
      const bottom = Math.min(height, (row + 1) * cell)
      if (isMixed[i] === 0) {
        if (isObject[i] === 0) continue
        for (let y = row * cell; y < bottom; y++) data.fill(1, y * width + col * cell, y * width + right)
        continue
      }
      const sides = colourSides(colours, isObject, isMixed, rows, cols, row, col)
      for (let y = row * cell; y < bottom; y++) {
        for (let x = col * cell; x < right; x++) {
          const soft = softLabel(isObject, rows, cols, (x + 0.5) / cell - 0.5, (y + 0.5) / cell - 0.5)
          data[y * width + x] = isInside(image, x, y, sides, soft) ? 1 : 0
        }
      }
    }
  }
  return { width, height, data }
}

/** Cells with a neighbour, over edge or corner, of the other kind. */
function mixedCells(isObject: Uint8Array, rows: number, cols: number): Uint8Array {
  return Uint8Array.from(isObject, (own, i) => {
    const [x, y] = [i % cols, Math.floor(i / cols)]
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        if (x + dx < 0 || x + dx >= cols || y + dy < 0 || y + dy >= rows) continue
        if (isObject[i + dy * cols + dx] !== own) return 1
      }
    }
    return 0
  })
}

/** Mean red, green and blue of a cell; reckoned when first asked for, since few are. */
type CellColours = (cell: number) => Float64Array

function createCellColours({ width, height, data }: Image, cols: number, side: number): CellColours {
  const known = new Map<number, Float64Array>()
  return (cell) => {
    const found = known.get(cell)
    if (found !== undefined) return found
    const left = (cell % cols) * side
    const top = Math.floor(cell / cols) * side
    const right = Math.min(width, left + side)
    const bottom = Math.min(height, top + side)
    const mean = new Float64Array(3)
    for (let y = top; y < bottom; y++) {
      for (let at = 3 * (y * width + left); at < 3 * (y * width + right); at += 3) {
        mean[0]! += data[at]!
        mean[1]! += data[at + 1]!
        mean[2]! += data[at + 2]!
      }
    }
    const count = (right - left) * (bottom - top)
    for (let c = 0; c < 3; c++) mean[c]! /= count
    known.set(cell, mean)
    return mean
  }
}

interface Sides {
  readonly background: readonly [number, number, number]
  /** Object - background. */
  readonly towards: readonly [number, number, number]
  /** Squared length of `towards`; 0 where either side is not to be seen nearby. */
  readonly contrast: number
}

function colourSides(
  colours: CellColours,
  isObject: Uint8Array,
  isMixed: Uint8Array,
  rows: number,
  cols: number,
  row: number,
  col: number,
): Sides {
  const sums: [number[], number[]] = [
    [0, 0, 0],
    [0, 0, 0],
  ]
  const counts = [0, 0]
  for (let y = Math.max(0, row - reach); y <= Math.min(rows - 1, row + reach); y++) {
    for (let x = Math.max(0, col - reach); x <= Math.min(cols - 1, col + reach); x++) {
      const i = y * cols + x
      if (isMixed[i] === 1) continue
      const kind = isObject[i]!
      counts[kind]!++
      const colour = colours(i)
      for (let c = 0; c < 3; c++) sums[kind as 0 | 1][c]! += colour[c]!
    }
  }
  const mean = (kind: 0 | 1, c: 0 | 1 | 2): number => sums[kind][c]! / counts[kind]!
  const background = [mean(0, 0), mean(0, 1), mean(0, 2)] as const
  if (counts[0] === 0 || counts[1] === 0) return { background, towards: [0, 0, 0], contrast: 0 }
  const towards = [
    mean(1, 0) - background[0],
    mean(1, 1) - background[1],
    mean(1, 2) - background[2],
  ] as const
  return { background, towards, contrast: towards[0] ** 2 + towards[1] ** 2 + towards[2] ** 2 }
}

/** Mean of the pixel and its neighbours, projected on the line from background to object; mixed with the cells' own outline. */
function isInside(
  { width, height, data }: Image,
  x: number,
  y: number,
  { background, towards, contrast }: Sides,
  soft: number,
): boolean {
  if (contrast === 0) return soft > 0.5
  let sum = 0
  let count = 0
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
      const at = 3 * (v * width + u)
      const along =
        (data[at]! - background[0]) * towards[0] +
        (data[at + 1]! - background[1]) * towards[1] +
        (data[at + 2]! - background[2]) * towards[2]
      sum += Math.min(1, Math.max(0, along / contrast))
      count++
    }
  }
  const trust = contrast / (contrast + evenContrast ** 2)
  const needed = 0.5 - (rim.most * contrast) / (contrast + rim.evenContrast ** 2)
  return trust * (sum / count) + (1 - trust) * soft > needed
}

/** Bilinear between cell centres, edges repeated; 0..1. */
function softLabel(isObject: Uint8Array, rows: number, cols: number, x: number, y: number): number {
  const left = Math.min(Math.max(x, 0), cols - 1)
  const top = Math.min(Math.max(y, 0), rows - 1)
  const [x0, y0] = [Math.floor(left), Math.floor(top)]
  const [x1, y1] = [Math.min(cols - 1, x0 + 1), Math.min(rows - 1, y0 + 1)]
  const upper = isObject[y0 * cols + x0]! * (1 - left + x0) + isObject[y0 * cols + x1]! * (left - x0)
  const lower = isObject[y1 * cols + x0]! * (1 - left + x0) + isObject[y1 * cols + x1]! * (left - x0)
  return upper + (lower - upper) * (top - y0)
}
