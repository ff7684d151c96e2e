/**
 * Which cells of a grid show the picture, along one axis, told inside a graph: as `image/cell-range.ts` tells it of a frame, with the
 * same numbers. In double precision, since whole steps hang on it.
 */
import {
  add,
  cast,
  clip,
  div,
  floor,
  less,
  maximum,
  minimum,
  mul,
  neg,
  sub,
  type Value,
} from '../../graph/index.ts'

/** Whole steps hang on these numbers. */
export type Wide = Value<'float64'>

/** Where the picture lies along one axis of the model's input, in pixels: float64 [1] each. */
export interface Extent {
  readonly start: Wide
  readonly length: Wide
  /** Of the whole axis. */
  readonly total: number
}

/** Cells `first` to before `end`; float64 [1], whole numbers, at least one cell. */
export interface Span {
  readonly first: Wide
  readonly end: Wide
}

/** @param cells - Of the whole axis. */
export function contentSpan({ start, length, total }: Extent, cells: number): Span {
  const pitch = total / cells
  const first = ceiling(sub(div(start, pitch), 0.5))
  const end = add(floor(sub(div(add(start, length), pitch), 0.5)), 1)
  const middle = clip(floor(div(add(start, div(length, 2)), pitch)), { min: 0, max: cells - 1 })
  const isWide = cast(less(first, end), 'float64')
  return {
    first: choose(isWide, maximum(first, 0), middle),
    end: choose(isWide, minimum(end, cells), add(middle, 1)),
  }
}

export const ceiling = (x: Wide): Wide => neg(floor(neg(x)))

/** `a` where the condition is 1, `b` where it is 0. */
const choose = (condition: Wide, a: Wide, b: Wide): Wide => add(mul(condition, a), mul(sub(1, condition), b))

/** 1 for whole numbers within the span, else 0. @param places - float64. */
export const within = (places: Wide, { first, end }: Span): Wide =>
  mul(cast(less(sub(first, 0.5), places), 'float64'), cast(less(places, sub(end, 0.5)), 'float64'))

/** 0, 1, … as float64, along `axis` of `rank` axes. */
export function counted({ graph }: Wide, count: number, axis: number, rank: number): Wide {
  const shape = new Array<number>(rank).fill(1)
  shape[axis] = count
  return graph.constant(
    Float64Array.from({ length: count }, (_, i) => i),
    shape,
  )
}
