/** Gradients of the operations that move elements about: they move them back, and add up those that were repeated. */
import { padAxis, type Rules, rule, spread, sumTo, zeros } from './gradient-rule.ts'
import type { Value } from './graph.ts'
import { mixAxis } from './mix-axis.ts'
import type { dynamicOps } from './ops-dynamic.ts'
import { cast } from './ops-elementwise.ts'
import type { gradientOps } from './ops-gradient.ts'
import { gatherElements, scatterElements, type scatterOps, scatterRows } from './ops-scatter.ts'
import { concat, gather, reshape, type shapeOps, split, transpose } from './ops-shape.ts'
import { elementCount } from './tensor.ts'

export const shapeRules: Rules<typeof shapeOps> = {
  reshape: rule((gradient, [x]) => [reshape(gradient, x.shape)]),
  transpose: rule((gradient, _inputs, _result, order) => [transpose(gradient, inverse(order))]),
  concat: rule((gradient, inputs, _, axis) =>
    split(
      gradient,
      axis,
      inputs.map(({ shape }) => shape[axis]!),
    ),
  ),
  slice: rule((gradient, [x], _, ranges) => {
    let back = gradient
    for (const { axis, start, step } of ranges) {
      const apart = spread(back, axis, step)
      back = padAxis(apart, axis, start, x.shape[axis]! - start - apart.shape[axis]!)
    }
    return [back]
  }),
  split: ({ gradients, attributes: { axis } }) => [concat(gradients, axis)],
  gather: rule((gradient, [x, indices], _, axis) => [gatherBack(gradient, x, indices, axis)]),
  expand: rule((gradient, [x]) => [sumTo(gradient, x.shape)]),
  pad: rule((gradient, [x], _, { before, after, mode }) => {
    let back = gradient
    for (const [axis, extent] of x.shape.entries()) {
      const [start, end] = [before[axis]!, after[axis]!]
      if (start + end === 0) continue
      back =
        mode === 'constant'
          ? padAxis(back, axis, -start, -end)
          : mixAxis(back, axis, extent, (i) => [[sourceOf(mode, i - start, extent), 1]])
    }
    return [back]
  }),
}

/** Position that reflected or repeated padding reads. */
function sourceOf(mode: 'reflect' | 'edge', position: number, extent: number): number {
  if (mode === 'edge') return Math.min(extent - 1, Math.max(0, position))
  const mirrored = Math.abs(position)
  return mirrored < extent ? mirrored : 2 * (extent - 1) - mirrored
}

const inverse = (order: readonly number[]): readonly number[] => {
  const back = new Array<number>(order.length)
  for (const [i, axis] of order.entries()) back[axis] = i
  return back
}

function gatherBack(gradient: Value, x: Value, indices: Value, axis: number): Value {
  const order = permutationOf(indices, x.shape[axis]!)
  if (order !== undefined) {
    return gather(gradient, gradient.graph.constant(Int32Array.from(inverse(order)), [order.length]), axis)
  }
  // The gathered axes to the front and into one, so that whole rows are added.
  const rank = indices.shape.length
  const gathered = Array.from({ length: rank }, (_, i) => axis + i)
  const others = gradient.shape.map((_, i) => i).filter((i) => !gathered.includes(i))
  const rest = others.map((i) => gradient.shape[i]!)
  const rows = reshape(transpose(gradient, [...gathered, ...others]), [elementCount(indices.shape), ...rest])
  const sum = scatterRows(
    zeros(x, [x.shape[axis]!, ...rest]),
    reshape(cast(indices, 'int64'), [elementCount(indices.shape), 1]),
    rows,
  )
  const axes = x.shape.map((_, i) => i)
  return transpose(sum, [...axes.slice(1, axis + 1), 0, ...axes.slice(axis + 1)])
}

/** The indices, if they are known while building and take each position once. */
function permutationOf({ node, shape }: Value, extent: number): readonly number[] | undefined {
  if (node.kind !== 'constant' || shape.length !== 1 || shape[0] !== extent) return undefined
  const order = Array.from(node.data.data as ArrayLike<number | bigint>, Number)
  return new Set(order).size === extent && order.every((i) => i >= 0) ? order : undefined
}

export const scatterRules: Rules<typeof scatterOps> = {
  gatherElements: rule((gradient, [x, indices], _, axis) => [
    scatterElements(zeros(x), indices, gradient, axis),
  ]),
  scatterElements: rule((gradient, [, indices], _, axis) => [
    gradient,
    undefined,
    gatherElements(gradient, indices, axis),
  ]),
  scatterRows: rule((gradient, [, indices]) => [
    gradient,
    undefined,
    gather(gradient, reshape(indices, [indices.shape[0]!]), 0),
  ]),
}

export const gradientRules: Rules<typeof gradientOps> = {
  withGradient: rule((gradient, _inputs, _result, given) => [undefined, ...given(gradient)]),
}

/** Graphs with dynamic extents are run, not trained. */
export const dynamicRules: Rules<typeof dynamicOps> = {
  shapeOf: null,
  sliceAt: null,
  concatTo: null,
  expandTo: null,
  reshapeTo: null,
  countTo: null,
}
