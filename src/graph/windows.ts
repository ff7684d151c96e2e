/** Windows that slide over [..., rows, cols]: convolution and pooling. */
import { ShapeError } from '../errors.ts'
import { expectInteger } from './op-checks.ts'

/** The same in both directions, or [rows, cols]. */
export type Pair = number | readonly [number, number]
/** The same on all sides, or [top, left, bottom, right]. */
export type Sides = number | readonly [number, number, number, number]

export interface Window {
  readonly kernel: readonly [number, number]
  readonly stride: readonly [number, number]
  readonly padding: readonly [number, number, number, number]
  readonly dilation: readonly [number, number]
}

export const pairOf = (pair: Pair): readonly [number, number] =>
  typeof pair === 'number' ? [pair, pair] : pair

export const sidesOf = (sides: Sides): readonly [number, number, number, number] =>
  typeof sides === 'number' ? [sides, sides, sides, sides] : sides

/**
 * How many windows fit, in rows and in cols.
 *
 * @throws {RangeError} A kernel, stride or dilation below 1, or a negative padding.
 * @throws {ShapeError} Not even one fits.
 */
export function windowExtents(
  where: string,
  extents: readonly [number, number],
  { kernel, stride, padding, dilation }: Window,
): readonly [number, number] {
  const count = (axis: 0 | 1): number => {
    for (const [name, value] of Object.entries({ kernel, stride, dilation })) {
      expectInteger(`${where}: ${name}`, value[axis], 1, Number.MAX_SAFE_INTEGER)
    }
    for (const side of [padding[axis], padding[axis + 2]!]) {
      expectInteger(`${where}: padding`, side, 0, Number.MAX_SAFE_INTEGER)
    }
    const reach = dilation[axis] * (kernel[axis] - 1) + 1
    const room = extents[axis] + padding[axis] + padding[axis + 2]! - reach
    if (room < 0) {
      throw new ShapeError(
        where,
        `of at least ${reach} ${axis === 0 ? 'rows' : 'cols'} with padding`,
        extents,
      )
    }
    return Math.floor(room / stride[axis]) + 1
  }
  return [count(0), count(1)]
}
