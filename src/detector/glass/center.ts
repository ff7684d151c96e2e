/** Patches and their centre: the one of all, or that of their place in an image. */
import {
  add,
  div,
  expand,
  maximum,
  minimum,
  mul,
  reduceSum,
  reshape,
  sqrt,
  stopGradient,
  sub,
  type Value,
  where,
} from '../../graph/index.ts'

/** The centre of every row: image by image, or one for all (which broadcasts). */
export function forRows(center: Value, rows: number): Value {
  const [positions, width] = center.shape as [number, number]
  if (positions === 1) return center
  return reshape(expand(center, [rows / positions, positions, width]), [rows, width])
}

/** Constants [rows, 1]. */
export function distanceToCenter(x: Value, center: Value): Value {
  const away = sub(stopGradient(x), forRows(center, x.shape[0]!))
  return sqrt(reduceSum(mul(away, away), [1], true))
}

/**
 * Local anomalies at 2 to 4 radii from the centre, as the hypersphere hypothesis has them; nominal patches stay.
 *
 * @param x - [rows, dims]. @param isAnomalous - [rows, 1]. @param radius - [].
 */
export function pushOut(x: Value, isAnomalous: Value<'bool'>, center: Value, radius: Value): Value {
  const middle = forRows(center, x.shape[0]!)
  const away = sub(x, middle)
  const length = sqrt(reduceSum(mul(away, away), [1], true))
  const kept = minimum(maximum(length, mul(radius, 2)), mul(radius, 4))
  const factor = where(isAnomalous, div(kept, add(length, 1e-10)), 1)
  return add(middle, mul(away, factor))
}
