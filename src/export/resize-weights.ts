/**
 * The weights of the antialiased resize of `image/resize-bilinear.ts` along one axis, worked out inside a graph, as narrow matrices:
 * outputs are taken in blocks, and each block reads one short stretch of the source.
 *
 * Weights are whole numbers of 1 / 2^22, more than float32 tells apart in a sum of bytes. Each is split into a high and a low part of 11
 * bits, whose sums over bytes stay below 2^24 and are therefore exact in float32, in whatever order a runtime adds them up; the
 * bytes that come out are Pillow's, on every runtime.
 */
import {
  abs,
  add,
  cast,
  clip,
  concat,
  countTo,
  div,
  dynamicExtent,
  floor,
  less,
  lessOrEqual,
  maximum,
  minimum,
  mul,
  reduceSum,
  reshape,
  slice,
  sub,
  type Value,
} from '../graph/index.ts'
import type { AxisFit } from './camera-frame.ts'

type Wide = Value<'float64'>

/** Bits after the point, as Pillow has them, and in the low part of a weight. */
const fractionBits = 22
export const lowBits = 11

export interface ResizeWeights {
  /** Pixels of the source that each block reads: float64 [1], and the extent of the axis that holds them. */
  readonly span: Wide
  readonly extent: number
  /** First of them, for each block: float64 [blocks]. */
  readonly starts: Wide
  /** High and low parts, whole numbers: float32 [blocks, extent, 2, outputs]. */
  readonly parts: Value
}

export interface BlockPlan {
  /** Pixels of the model's input along the axis. */
  readonly total: number
  /** Of them to a block; the last block may reach beyond and repeats the last pixel. */
  readonly outputs: number
  /** Pixels of the source along the axis where they are known; null where the run says. */
  readonly from: number | null
  /** Pixels to which the source is resized, where known. */
  readonly scaled: number | null
  /** Name of the stretch's extent where it is not known. */
  readonly name: string
}

export function resizeWeights({ from, scaled, offset }: AxisFit, plan: BlockPlan): ResizeWeights {
  const { graph } = from
  const blocks = Math.ceil(plan.total / plan.outputs)
  const scale = div(from, scaled)
  const support = maximum(scale, 1)
  // Outputs of a block lie `scale` apart, and each reads `support` to both sides; whole pixels make it up to two more.
  const span = minimum(from, floor(add(add(mul(scale, plan.outputs - 1), mul(support, 2)), 2)))
  const extent = knownSpan(plan) ?? dynamicExtent(plan.name)

  const places = Float64Array.from({ length: blocks * plan.outputs }, (_, i) => Math.min(plan.total - 1, i))
  const output = graph.constant(places, [blocks, 1, plan.outputs])
  const pixel = maximum(minimum(add(output, offset), sub(scaled, 1)), 0) // of the resized picture; padding repeats its border
  const centre = mul(add(pixel, 0.5), scale)
  const start = clip(floor(add(sub(centre, support), 0.5)), { min: 0 })
  const end = minimum(floor(add(add(centre, support), 0.5)), from)
  const firstOfBlock = slice(start, { axis: 2, end: 1 }) // [blocks, 1, 1]: starts only grow
  const blockStart = minimum(firstOfBlock, sub(from, span))

  const steps = reshape(cast(countTo(reshape(cast(span, 'int64'), []), extent), 'float64'), [1, extent, 1])
  const source = add(blockStart, steps) // [blocks, extent, 1]
  const isRead = mul(cast(lessOrEqual(start, source), 'float64'), cast(less(source, end), 'float64'))
  const away = mul(add(sub(source, centre), 0.5), div(1, support))
  const exact = mul(clip(sub(1, abs(away)), { min: 0 }), isRead)
  const share = div(exact, reduceSum(exact, [1], true))
  const weight = floor(add(mul(share, 2 ** fractionBits), 0.5))
  const high = floor(mul(weight, 2 ** -lowBits))
  const low = sub(weight, mul(high, 2 ** lowBits))
  const apart = (x: Wide): Wide => reshape(x, [blocks, extent, 1, plan.outputs])
  return {
    span,
    extent,
    starts: reshape(blockStart, [blocks]),
    parts: cast(concat([apart(high), apart(low)], 2), 'float32'),
  }
}

/** The same arithmetic as in the graph. */
function knownSpan({ from, scaled, outputs }: BlockPlan): number | null {
  if (from === null || scaled === null) return null
  const scale = from / scaled
  return Math.min(from, Math.floor(scale * (outputs - 1) + Math.max(scale, 1) * 2 + 2))
}
