/**
 * A coupling block at three scales: each half of the channels is scaled and shifted by what a network reads in the other
 * half, of all scales.
 *
 * Source: Rudolph et al. 2022, arXiv 2110.02855, section 3.2; github.com/marco-rudolph/cs-flow, freia_funcs.py,
 * parallel_glow_coupling_layer and CrossConvolutions. The inverse is ours: the reference's takes the second network's shifts
 * from the first one's results, so that it undoes nothing.
 */
import {
  add,
  atan,
  clip,
  concat,
  convolveTaps,
  convolveWindows,
  div,
  exp,
  leakyRelu,
  mul,
  reduceSum,
  reshape,
  split,
  sub,
  type Value,
} from '../../graph/index.ts'
import type { AffineLayer } from '../patches/feature-statistics.ts'
import { type FlowShape, halvesOf, scales } from './flow-shape.ts'

export type Values = Readonly<Record<string, Value>>

/** Maps of the scales, fine to coarse, each [channels, images, rows, cols]. */
export type Pyramid = readonly [Value, Value, Value]

export interface Flow {
  readonly shape: FlowShape
  readonly parameters: Values
  /** What standardises the features at each scale before the first block; null for nothing. */
  readonly layers: readonly AffineLayer[] | null
  /** Whether every multiplication is done as written, for the last digits (`graph/channel-major.ts`). */
  readonly isPlain: boolean
  /** Told of every half that a coupling gives, before it is clipped. */
  readonly watch?: (layer: string, scale: number, value: Value) => void
}

/** Values beyond are cut off, as in the reference; reaching it means that training has gone wrong. */
export const latentLimit = 1e6

/** Of the two over pi: arctangent to about -1..1, as the reference rounds it. */
const arctangentShare = 0.636

const leakySlope = 0.1

interface Coupled {
  readonly y: Pyramid
  /** Logarithm of the determinant's absolute value, for each scale; float32 [images]. */
  readonly logDeterminants: readonly Value[]
}

/** Both halves moved: the first by what is read in the second, then the second by the result. */
export function couple(flow: Flow, block: number, x: Pyramid): Coupled {
  const [first, second] = halve(flow, x)
  const moved = move(flow, `${block}.s2`, second, first)
  const answered = move(flow, `${block}.s1`, moved.y, second)
  return {
    y: join(moved.y, answered.y),
    logDeterminants: scales.map((scale) =>
      add(moved.logDeterminants[scale]!, answered.logDeterminants[scale]!),
    ),
  }
}

/** The maps that {@link couple} made `y` of. */
export function uncouple(flow: Flow, block: number, y: Pyramid): Pyramid {
  const [first, second] = halve(flow, y)
  const before = moveBack(flow, `${block}.s1`, first, second)
  return join(moveBack(flow, `${block}.s2`, before, first), before)
}

function move(flow: Flow, net: string, read: Pyramid, x: Pyramid): Coupled {
  const logDeterminants: Value[] = []
  const y = affine(flow, net, read).map(({ logScale, shift }, scale) => {
    logDeterminants.push(reduceSum(logScale, [0, 2, 3]))
    const value = add(mul(exp(logScale), x[scale]!), shift)
    flow.watch?.(net, scale, value)
    return value
  })
  return { y: asPyramid(y), logDeterminants }
}

function moveBack(flow: Flow, net: string, read: Pyramid, y: Pyramid): Pyramid {
  return asPyramid(
    affine(flow, net, read).map(({ logScale, shift }, scale) => div(sub(y[scale]!, shift), exp(logScale))),
  )
}

/** Factors, as logarithms of -0.999 clamp..0.999 clamp, and shifts: the halves of the network's channels. */
function affine(
  flow: Flow,
  net: string,
  read: Pyramid,
): { readonly logScale: Value; readonly shift: Value }[] {
  const { clamp } = flow.shape
  return crossConvolutions(flow, net, read).map((result) => {
    const half = result.shape[0]! / 2
    const [s, shift] = split(result, 0, [half, half]) as [Value, Value]
    return { logScale: mul(atan(mul(s, 1 / clamp)), clamp * arctangentShare), shift }
  })
}

/** Two layers of convolutions; in the second each scale also reads its neighbours. */
function crossConvolutions({ shape, parameters, isPlain }: Flow, net: string, x: Pyramid): readonly Value[] {
  const of = (layer: string): Value => parameters[`${net}.${layer}`]!
  const bias = (...layers: string[]): Value =>
    reshape(layers.map((layer) => of(`${layer}.bias`)).reduce(add), [-1, 1, 1, 1])
  const padding = Math.floor(of('in0').shape[2]! / 2)
  const hidden = scales.map((scale) => {
    const widened = convolveWindows(x[scale]!, of(`in${scale}`), { padding, isPlain })
    return leakyRelu(add(widened, bias(`in${scale}`)), leakySlope)
  })
  const same = (scale: number) => convolveTaps(hidden[scale]!, of(`out${scale}`), { padding, isPlain })
  const up = (to: number) =>
    convolveTaps(hidden[to + 1]!, of(`up${to}`), { padding, isPlain, resizeTo: shape.extents[to]! })
  const down = (from: number) =>
    convolveWindows(hidden[from]!, of(`down${from}`), { padding, isPlain, stride: 2 })
  const sums = [
    add(add(same(0), up(0)), bias('out0', 'up0')),
    add(add(add(same(1), down(0)), up(1)), bias('out1', 'down0', 'up1')),
    add(add(same(2), down(1)), bias('out2', 'down1')),
  ]
  return sums.map((sum, scale) => mul(sum, of(`gamma${scale}`)))
}

function halve({ shape }: Flow, x: Pyramid): readonly [Pyramid, Pyramid] {
  const { first, second } = halvesOf(shape.channels)
  const parts = x.map((value) => split(value, 0, [first, second]))
  return [asPyramid(parts.map(([a]) => a)), asPyramid(parts.map(([, b]) => b))]
}

const join = (first: Pyramid, second: Pyramid): Pyramid =>
  asPyramid(
    first.map((value, scale) =>
      clip(concat([value, second[scale]!], 0), { min: -latentLimit, max: latentLimit }),
    ),
  )

export const asPyramid = (values: readonly Value[]): Pyramid => [values[0]!, values[1]!, values[2]!]
