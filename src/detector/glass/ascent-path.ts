/**
 * Where a walk of global anomalies has led, for each of the two shells: its place behind the hidden layer at every step, and its
 * place among features when they are needed.
 */
import {
  add,
  clip,
  div,
  gemm,
  maximum,
  minimum,
  mul,
  type RunningStatistics,
  reduceSum,
  sqrt,
  stopGradient,
  sub,
  type Value,
  withGradient,
} from '../../graph/index.ts'
import type { Named } from '../score-graph/score-graph.ts'
import { layerNames } from './networks.ts'

/** Where anomalies must lie: from one radius to twice it around a point. */
export type Shell =
  /** Around the adapted patch that each came from. */
  | { readonly hypothesis: 'manifold'; readonly radius: number }
  /** Around the centre of nominal patches: constants [rows, dims], its hidden layer [rows, hidden], and []. */
  | {
      readonly hypothesis: 'hypersphere'
      readonly center: Value
      readonly centerHidden: Value
      readonly radius: Value
    }

export interface AscentInput {
  /** Adapted nominal patches, [rows, dims]. */
  readonly real: Value
  /** Their first hidden layer before normalisation, [rows, hidden]. */
  readonly realHidden: Value
  /** A constant, [rows, dims]. */
  readonly noise: Value
  readonly shell: Shell
  readonly parameters: Named<Value>
  /** Of each layer's normalisation. */
  readonly running: readonly RunningStatistics[]
}

export interface Ascended {
  /** The anomalies, [rows, dims]. */
  readonly features: Value
  /** Their first hidden layer before normalisation, [rows, hidden]; gradients flow as if computed from `features`. */
  readonly hidden: Value
  /** Where the last projection found them: a constant, [rows, dims]; `features` where nothing was projected. */
  readonly unprojected: Value
  /** After as many batches as there were steps: each counts as one. */
  readonly running: readonly RunningStatistics[]
}

export interface PathInput extends AscentInput {
  /** Subtracted from everything behind the hidden layer: [1, hidden], a constant. */
  readonly origin: Value
  /** noise Wᵀ, [rows, hidden]. */
  readonly noiseHidden: Value
}

export interface Path {
  /** Hidden layer of where the walk is, less the origin: [rows, hidden], a constant. */
  hidden(): Value
  /** @param move - The step among features is `move` times W. @param moveHidden - That, times Wᵀ. Both [rows, hidden]. */
  step(move: Value, moveHidden: Value): void
  project(): void
  arrive(): Omit<Ascended, 'running'>
}

/** Scalar product of each pair of rows, [rows, 1]. */
const dot = (a: Value, b: Value): Value => reduceSum(mul(a, b), [1], true)
/** Kept from a division by 0, as in the reference. */
const leastLength = 1e-10

/**
 * Around the patch itself, at `radius` to twice it. The way away from the patch does not depend on the patch, so gradients flow
 * into it unchanged, and the way is a constant: noise times a number, and a sum of moves times W.
 */
export function manifoldPath(
  { real, realHidden, noise, noiseHidden, origin, parameters }: PathInput,
  { radius }: Extract<Shell, { hypothesis: 'manifold' }>,
): Path {
  const start = sub(stopGradient(realHidden), origin)
  const noiseSquare = dot(noise, noise)
  let share: Value | undefined // of the noise, [rows, 1]; undefined for all of it
  let moves: Value | undefined
  let hidden = add(start, noiseHidden)
  let lastFactor: Value | undefined
  const scaled = (x: Value): Value => (share === undefined ? x : mul(x, share))

  return {
    hidden: () => hidden,
    step(move, moveHidden) {
      moves = moves === undefined ? move : add(moves, move)
      hidden = add(hidden, moveHidden)
    },
    project() {
      const away = sub(hidden, start)
      // |s n + m W|² = s² n·n + s (n Wᵀ)·m + (s n Wᵀ + m W Wᵀ)·m, and the last bracket is `away`.
      const ofNoise = scaled(scaled(noiseSquare))
      const square =
        moves === undefined ? ofNoise : add(ofNoise, add(scaled(dot(noiseHidden, moves)), dot(away, moves)))
      const length = sqrt(maximum(square, 0))
      const factor = div(clip(length, { min: radius, max: 2 * radius }), add(length, leastLength))
      share = share === undefined ? factor : mul(share, factor)
      if (moves !== undefined) moves = mul(moves, factor)
      hidden = add(start, mul(away, factor))
      lastFactor = factor
    },
    arrive() {
      const weight = parameters[layerNames(1).weight]!
      const ofNoise = scaled(noise)
      const away = stopGradient(moves === undefined ? ofNoise : gemm(moves, weight, { c: ofNoise }))
      const features = add(real, away)
      const awayHidden = withGradient(sub(hidden, start), [weight], (gradient) => [
        gemm(gradient, away, { transA: true }),
      ])
      const unprojected =
        lastFactor === undefined ? features : add(real, div(away, maximum(lastFactor, leastLength)))
      return { features, hidden: add(realHidden, awayHidden), unprojected: stopGradient(unprojected) }
    },
  }
}

/**
 * Around the centre. A projection scales the way from the centre, which contains the patch, so that gradients flow through it;
 * features are made at each.
 */
export function hyperspherePath(
  { real, noise, realHidden, noiseHidden, origin, parameters }: PathInput,
  { center, centerHidden, radius }: Extract<Shell, { hypothesis: 'hypersphere' }>,
): Path {
  const weight = parameters[layerNames(1).weight]!
  const middle = sub(stopGradient(centerHidden), origin)
  let hidden = add(sub(stopGradient(realHidden), origin), noiseHidden)
  let features = add(real, noise)
  let moves: Value | undefined
  let found: Value | undefined
  const settle = (): void => {
    if (moves !== undefined) features = add(features, stopGradient(gemm(moves, weight)))
    moves = undefined
  }
  return {
    hidden: () => hidden,
    step(move, moveHidden) {
      moves = moves === undefined ? move : add(moves, move)
      hidden = add(hidden, moveHidden)
    },
    project() {
      settle()
      found = features
      const away = sub(features, center)
      const length = sqrt(dot(away, away))
      const kept = minimum(maximum(length, radius), mul(radius, 2))
      const factor = div(kept, add(length, leastLength))
      features = add(center, mul(away, factor))
      hidden = add(middle, mul(sub(hidden, middle), stopGradient(factor)))
    },
    arrive() {
      settle()
      const place = features
      const bias = parameters[layerNames(1).bias]!
      return {
        features: place,
        hidden: withGradient(add(hidden, origin), [place, weight, bias], (gradient) => [
          gemm(gradient, weight),
          gemm(gradient, place, { transA: true }),
          reduceSum(gradient, [0]),
        ]),
        unprojected: stopGradient(found ?? place),
      }
    },
  }
}
