/**
 * How the cells of a stage are averaged over their neighbourhood and brought to the grid of patches, along one axis, as a matrix that
 * is computed inside a graph: what `patches/embed-patches.ts` does cell by cell. Both steps are linear, and so are both directions
 * one after the other.
 */
import {
  abs,
  add,
  cast,
  clip,
  div,
  floor,
  greater,
  lessOrEqual,
  matmul,
  maximum,
  minimum,
  mul,
  reduceSum,
  sub,
  type Value,
} from '../../graph/index.ts'
import { contentSpan, counted, type Extent, type Span, type Wide, within } from './content-cells.ts'

/**
 * @param cells - Of the stage. @param gridCells - Of the patches.
 * @param neighbourhood - Odd; 1 for none.
 * @returns float32 [gridCells, cells]; what rows of the padding hold has no meaning.
 */
export function stageMix(extent: Extent, cells: number, gridCells: number, neighbourhood: number): Value {
  const span = contentSpan(extent, cells)
  const ratio = cells / gridCells
  const joined = ratio >= 1 ? byOverlap(span, cells, gridCells) : between(span, cells, gridCells)
  // Multiplied in single precision: there are runtimes without products of doubles.
  const mix = cast(joined, 'float32')
  return neighbourhood === 1 ? mix : matmul(mix, cast(averages(span, cells, neighbourhood >> 1), 'float32'))
}

/** Means over the cells within reach, as far as they show the picture: float64 [cells, cells]. */
function averages(span: Span, cells: number, reach: number): Wide {
  const [own, other] = [counted(span.first, cells, 0, 2), counted(span.first, cells, 1, 2)]
  const isNear = cast(lessOrEqual(abs(sub(own, other)), reach), 'float64')
  const weights = mul(isNear, within(other, span))
  return div(weights, maximum(reduceSum(weights, [1], true), 1))
}

/** Area means, where the stage is at least as fine as the grid: float64 [gridCells, cells]. */
function byOverlap(span: Span, cells: number, gridCells: number): Wide {
  const ratio = cells / gridCells
  const [target, cell] = [counted(span.first, gridCells, 0, 2), counted(span.first, cells, 1, 2)]
  const start = mul(target, ratio)
  const overlap = sub(minimum(add(cell, 1), add(start, ratio)), maximum(cell, start))
  const counts = mul(cast(greater(overlap, 1e-9), 'float64'), within(cell, span))
  const weights = mul(overlap, counts)
  const total = reduceSum(weights, [1], true)
  const isEmpty = cast(lessOrEqual(total, 0), 'float64')
  const closest = minimum(maximum(floor(start), span.first), sub(span.end, 1))
  const alone = tent(sub(cell, closest))
  return add(div(weights, add(total, isEmpty)), mul(isEmpty, alone))
}

/** Bilinear, where the stage is coarser: float64 [gridCells, cells]. */
function between(span: Span, cells: number, gridCells: number): Wide {
  const [target, cell] = [counted(span.first, gridCells, 0, 2), counted(span.first, cells, 1, 2)]
  const centre = sub(mul(add(target, 0.5), cells / gridCells), 0.5)
  return tent(sub(cell, minimum(maximum(centre, span.first), sub(span.end, 1))))
}

/** 1 at 0, falling to 0 at ±1. */
export const tent = (x: Wide): Wide => clip(sub(1, abs(x)), { min: 0 })
