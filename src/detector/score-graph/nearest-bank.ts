/**
 * The banked row nearest to each patch, inside a graph.
 *
 * |q - b|² = |q|² + |b|² - 2 q·b, and |q|² does not matter for which b is nearest: one product with the squares as one more column
 * of the bank decides. Where the bank knows the few axes along which its rows vary most, the product is taken along these, and
 * the row is the nearest of the few that are then nearest: a filter, then the exact distance. The distance itself is always taken
 * from that row, since the difference of large squares has lost its last digits. Rows are held shifted to their mean, for the same
 * reason.
 */
import {
  argMin,
  concat,
  expandTo,
  gather,
  gatherElements,
  int64s,
  isDynamic,
  matmul,
  mul,
  reduceSum,
  reshapeTo,
  shapeOf,
  sqrt,
  sub,
  topK,
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
  /** Along few axes; null where the bank knows none. */
  readonly short: ShortBank | null
}

export interface ShortBank {
  /** float32 [dims, few]. */
  readonly axes: Value
  /** float32 [few + 1, rows]: rows along the axes as columns, squares of the whole rows below. */
  readonly matrix: Value
}

/** A bank whose rows are less their mean. @param axes - Orthogonal, of length 1: float32 [few, dims]. */
export type HeldBank = Centred & { readonly axes?: Float32Array | null }

/** Rows that the filter leaves. Measured with the number of axes: `docs/detectors/patchcore.md`. */
const near = 8

/** The bank as constants of a graph; its rows are held once, the columns are made of them when the model is opened. */
export function bankValues({ graph }: Value, { mean, rows, axes }: HeldBank): BankValues {
  const dims = mean.length
  const count = rows.length / dims
  const held = graph.constant(rows, [count, dims])
  const squares = graph.constant(rowSquares(rows, dims), [1, count])
  const columns = transpose(held, [1, 0])
  return {
    mean: graph.constant(mean, [1, 1, dims]),
    rows: held,
    matrix: concat([columns, squares], 0),
    count,
    short:
      axes == null ? null : shortBank(graph.constant(axes, [axes.length / dims, dims]), columns, squares),
  }
}

const shortBank = (axes: Value, columns: Value, squares: Value): ShortBank => ({
  axes: transpose(axes, [1, 0]),
  matrix: concat([matmul(axes, columns), squares], 0),
})

/** Up to a constant of each row of `x`, squared distances to all the bank. @param x - float32 [images, cells, dims], less the mean. */
export function relativeSquares(x: Value, { matrix }: Pick<BankValues, 'matrix'>): Value {
  return matmul(concat([mul(x, -2), onesFor(x)], 2), matrix)
}

/** The rows nearest along the axes, in no order: int64 [images, cells, 8], or as many as there are. @param x - float32 [images, cells, dims], less the mean. */
export function nearRows(x: Value, short: ShortBank): Value<'int64'> {
  const apart = relativeSquares(matmul(x, short.axes), short)
  return topK(apart, Math.min(near, short.matrix.shape[1]!), { largest: false, sorted: false }).indices
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
  const numbers = Math.max(bank.count, bank.short === null ? 0 : near * x.shape[2]!)
  const indices = forSeenCells(x, seen, numbers, (part) => nearestRow(part, bank))
  const rows = gather(bank.rows, indices)
  return { rows, distance: lengths(sub(x, rows)) }
}

/** int64 [images, cells] */
function nearestRow(x: Value, bank: BankValues): Value<'int64'> {
  if (bank.short === null) return argMin(relativeSquares(x, bank), 2)
  const { graph } = x
  const [images, cells, dims] = x.shape as [number, number, number]
  const few = nearRows(x, bank.short)
  const each = reshapeTo(x, graph.constantOf(int64s([0, 0, 1, dims])), [images, cells, 1, dims])
  const apart = sub(each, gather(bank.rows, few))
  const best = argMin(reduceSum(mul(apart, apart), [3]), 2, true)
  return reshapeTo(gatherElements(few, best, 2), graph.constantOf(int64s([0, 0])), [images, cells])
}

/** Lengths along the last axis. */
export const lengths = (x: Value): Value => sqrt(reduceSum(mul(x, x), [-1]))
