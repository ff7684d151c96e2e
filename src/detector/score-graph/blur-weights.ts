/**
 * How the pixels of a map are made from cells, along one axis, as a matrix that is computed inside a graph: bilinear growing and a
 * Gaussian blur at once, as `patches/smoothing.ts` does it; 0 in the padding.
 */
import {
  abs,
  add,
  cast,
  div,
  floor,
  greater,
  maximum,
  minimum,
  mul,
  reduceSum,
  reshape,
  sub,
  type Value,
} from '../../graph/index.ts'
import type { Edge } from '../patches/smoothing.ts'
import { counted, type Extent, type Span, type Wide, within } from './content-cells.ts'
import { tent } from './stage-mix.ts'

/**
 * A Gaussian blur: its standard deviation in pixels, 0 for none; what it does where the picture ends; how many pixels to either
 * side it takes in, 4 sigma unless said otherwise.
 */
export interface Blur {
  readonly sigma: number
  readonly edge: Edge
  readonly reach?: number
}

/**
 * @param span - The cells that show the picture. @param cells - Of the grid along this axis.
 * @returns float32 [total, cells].
 * Cost: O(total * reach * cells).
 */
export function blurWeights(extent: Extent, span: Span, cells: number, blur: Blur): Value {
  const { sigma, edge, reach = Math.ceil(4 * sigma) } = blur
  const { start, length, total } = extent
  const { graph } = start
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    sigma > 0 ? Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)) : 1,
  )
  const offsets = sub(counted(start, kernel.length, 1, 2), reach)
  const own = sub(counted(start, total, 0, 2), start)
  const read = add(own, offsets) // [total, reach], from the picture's first pixel
  const picture = { first: sub(start, start), end: length }
  const [place, counts] =
    edge === 'renormalise' ? [read, within(read, picture)] : [mirrored(read, length, edge), undefined]
  const shares = mul(graph.constant(kernel, [1, kernel.length]), counts ?? 1)
  const weights = div(shares, maximum(reduceSum(shares, [1], true), 1e-300))
  const centre = sub(div(add(add(place, start), 0.5), total / cells), 0.5)
  const at = minimum(maximum(centre, span.first), sub(span.end, 1))
  const near = tent(sub(reshape(at, [total, kernel.length, 1]), counted(start, cells, 2, 3)))
  const mixed = reduceSum(
    mul(near, reshape(weights, [edge === 'renormalise' ? total : 1, kernel.length, 1])),
    [1],
  )
  return cast(mul(mixed, within(own, picture)), 'float32')
}

/** A place beyond the ends as the one inside that mirrors it, the ends' own pixels repeated, or not (`reflect-101`). */
function mirrored(place: Wide, length: Wide, edge: 'reflect' | 'reflect-101'): Wide {
  const once = edge === 'reflect' ? 0 : 1
  const period = maximum(mul(sub(length, once), 2), 1)
  const turn = sub(place, mul(floor(div(place, period)), period))
  const isBack = cast(greater(turn, sub(length, 0.5)), 'float64')
  // turn where it lies inside, else as far before the end as it lies beyond
  return abs(sub(mul(isBack, sub(period, 1 - once)), turn))
}
