/**
 * Sums over any window of a picture, of several quantities at once, from four entries of a table.
 *
 * Source: Crow 1984, "Summed-area tables for texture mapping". Of whole numbers, and of their halves and quarters, the sums are exact.
 */
import type { Window } from './placement.ts'

export interface SummedArea {
  readonly size: number
  readonly quantities: number
  /** float64 [size + 1, size + 1, quantities]: sums over all that lies above and to the left. */
  readonly table: Float64Array
}

/** @param fill - Writes the quantities of a pixel. Cost: O(size² quantities). */
export function summedArea(
  size: number,
  quantities: number,
  fill: (pixel: number, out: Float64Array) => void,
): SummedArea {
  const table = new Float64Array((size + 1) * (size + 1) * quantities)
  const own = new Float64Array(quantities)
  const line = new Float64Array(quantities)
  const above = (size + 1) * quantities
  for (let y = 0, pixel = 0; y < size; y++) {
    line.fill(0)
    for (let x = 0; x < size; x++, pixel++) {
      fill(pixel, own)
      const to = ((y + 1) * (size + 1) + x + 1) * quantities
      for (let q = 0; q < quantities; q++) {
        line[q]! += own[q]!
        table[to + q] = table[to + q - above]! + line[q]!
      }
    }
  }
  return { size, quantities, table }
}

/** Fills `out` with the sums over a window. */
export function sumsOver(
  { size, quantities, table }: SummedArea,
  { left, right, top, bottom }: Window,
  out: Float64Array,
): void {
  const low = bottom * (size + 1)
  const high = top * (size + 1)
  let a = (low + right) * quantities
  let b = (low + left) * quantities
  let c = (high + right) * quantities
  let d = (high + left) * quantities
  for (let q = 0; q < quantities; q++) out[q] = table[a++]! - table[b++]! - table[c++]! + table[d++]!
}
