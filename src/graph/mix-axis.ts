/** Products with a constant matrix along one axis: the way back through interpolation, reflection and repetition. */
import type { Value } from './graph.ts'
import type { Shares } from './interpolation.ts'
import { matmul } from './ops-linear.ts'
import { reshape, transpose } from './ops-shape.ts'
import { elementCount } from './tensor.ts'

/**
 * Entries of a new axis as weighted sums of those of the old one.
 *
 * @param extent - Of the new axis.
 * @param sharesOf - Position in the new axis and weight, for each that entry i of the old axis adds to.
 * Cost: a dense product; the axes it is meant for are rows and cols of feature maps.
 */
export function mixAxis(x: Value, axis: number, extent: number, sharesOf: (i: number) => Shares): Value {
  const from = x.shape[axis]!
  const rank = x.shape.length
  const isSecondLast = axis === rank - 2
  const matrix = new Float32Array(from * extent)
  for (let i = 0; i < from; i++) {
    for (const [position, weight] of sharesOf(i)) {
      const at = isSecondLast ? position * from + i : i * extent + position
      matrix[at] = matrix[at]! + weight
    }
  }
  if (isSecondLast) return matmul(x.graph.constant(matrix, [extent, from]), x)
  const last = rank - 1
  const order = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i))
  const turned = transpose(x, order)
  const flat = reshape(turned, [elementCount(turned.shape) / Math.max(1, from), from])
  const mixed = matmul(flat, x.graph.constant(matrix, [from, extent]))
  return transpose(reshape(mixed, turned.shape.with(last, extent)), order)
}
