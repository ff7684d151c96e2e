/** Quantiles with linear interpolation. They count as constants: no gradient flows back. */
import type { Value } from './graph.ts'
import { add, cast, maximum, minimum, mul, sub, where } from './ops-elementwise.ts'
import { stopGradient } from './ops-gradient.ts'
import { reduceSum, topK } from './ops-reduce.ts'
import { gather, reshape } from './ops-shape.ts'
import { elementCount } from './tensor.ts'

/**
 * Quantile of all elements.
 *
 * @param q - 0..1.
 * @returns float32, [].
 * Source: torch.quantile, interpolation `linear`.
 * Cost: sorts all elements.
 */
export function quantile(x: Value, q: number): Value {
  checkShare(q)
  return at(x, mul(x.graph.scalar(elementCount(x.shape) - 1), q))
}

/**
 * Quantile of the elements where the mask is true; 0 where it is so nowhere.
 *
 * @param mask - bool, of the same shape.
 * @param q - 0..1.
 */
export function quantileWhere(x: Value, mask: Value<'bool'>, q: number): Value {
  checkShare(q)
  const counts = reshape(cast(mask, 'float32'), [elementCount(mask.shape)])
  const last = sub(reduceSum(counts, [0]), 1)
  const inFront = where(mask, x, Number.POSITIVE_INFINITY)
  const value = at(inFront, mul(maximum(last, 0), q))
  return where(cast(maximum(add(last, 1), 0), 'bool'), value, 0)
}

/** Element at a fractional position among all in ascending order. */
function at(x: Value, position: Value): Value {
  const count = elementCount(x.shape)
  const sorted = topK(reshape(stopGradient(x), [count]), count, { largest: false }).values
  const below = cast(position, 'int64')
  const above = minimum(add(below, 1), count - 1)
  const [low, high] = [gather(sorted, below), gather(sorted, above)]
  const weight = sub(position, cast(below, 'float32'))
  // Not a difference of infinities where the position is exact and nothing of interest is above.
  return where(cast(weight, 'bool'), add(low, mul(weight, sub(high, low))), low)
}

function checkShare(q: number): void {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`quantile: expected a share in 0..1, got ${q}`)
}
