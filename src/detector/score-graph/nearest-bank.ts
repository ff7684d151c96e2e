/**
 * The banked row nearest to each patch, inside a graph.
 *
 * |q - b|² = |q|² + |b|² - 2 q·b, and |q|² does not matter for which b is nearest: one product with the squares as one more column
 * of the bank decides. The distance itself is then taken from that row, since the difference of large squares has lost its last
 * digits. Rows are held shifted to their mean, for the same reason.
 */
import {
  argMin,
  concat,
  expandTo,
  gather,
  int64s,
  isDynamic,
  matmul,
  mul,
  reduceSum,
  shapeOf,
  sqrt,
  sub,
  transpose,
  type Value,
} from '../../graph/index.ts'
import type { Centred } from '../patches/centred.ts'
import { rowSquares } from '../patches/centred.ts'
import { forSeenCells, type SeenCells } from './seen-cells.ts'

export interface BankValues {
  /** float32 [1, 1, dims]. */
  readonly mean: Value
  /** float32 [rows, dims], less the mean. */
  readonly rows: Value
  /** float32 [dims + 1, rows]: rows as columns, their squares below. */
  readonly matrix: Value
  readonly count: number
}

/** The bank as constants of a graph; its rows are held once, the columns are made of them when the model is opened. */
export function bankValues({ graph }: Value, { mean, rows }: Centred): BankValues {
  const dims = mean.length
  const count = rows.length / dims
  const held = graph.constant(rows, [count, dims])
  const squares = graph.constant(rowSquares(rows, dims), [1, count])
  return {
    mean: graph.constant(mean, [1, 1, dims]),
    rows: held,
    matrix: concat([transpose(held, [1, 0]), squares], 0),
    count,
  }
}

/** Up to a constant of each row of `x`, squared distances to all the bank. @param x - float32 [images, cells, dims], less the mean. */
export function relativeSquares(x: Value, { matrix }: BankValues): Value {
  return matmul(concat([mul(x, -2), onesFor(x)], 2), matrix)
}

/** float32 [images, cells, 1] */
function onesFor(x: Value): Value {
  const [images, cells] = x.shape as [number, number]
  const { graph } = x
  if (![images, cells].some(isDynamic))
    return graph.constant(new Float32Array(images * cells).fill(1), [images, cells, 1])
  const extents = concat([shapeOf(x, 0, 2), graph.constantOf(int64s([1]))], 0)
  return expandTo(graph.constant(Float32Array.of(1), [1, 1, 1]), extents, [images, cells, 1])
}

/**
 * @param x - float32 [images, cells, dims], less the mean.
 * @param seen - Cells that are searched for; others get the row of one of these.
 * @returns Nearest rows [images, cells, dims], and distances [images, cells].
 */
export function nearestBank(
  x: Value,
  bank: BankValues,
  seen: SeenCells,
): { readonly rows: Value; readonly distance: Value } {
  const indices = forSeenCells(x, seen, bank.count, (part) => argMin(relativeSquares(part, bank), 2))
  const rows = gather(bank.rows, indices)
  return { rows, distance: lengths(sub(x, rows)) }
}

/** Lengths along the last axis. */
export const lengths = (x: Value): Value => sqrt(reduceSum(mul(x, x), [-1]))
