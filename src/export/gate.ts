/**
 * The parity gate: does a model give, wherever it runs, what it gave here? Stage by stage, in the order in which a picture goes
 * through them, so that the first that differs is the guilty one.
 *
 * Each example in `examples/` holds the same comparison in its own language.
 */
import { ModelError } from '../errors.ts'
import { type ParityStage, type ParityTolerance, parityStages } from '../wire/parity.ts'

/** What a runtime gave for one picture; stages only a diagnostic model shows are absent where it was not asked. */
export interface StageValues {
  readonly score: number
  readonly verdict: 'nominal' | 'anomalous' | 'review' | null
  /** left, top, width, height */
  readonly frame: readonly number[]
  /** float32 [rows, cols] */
  readonly map: Float32Array
  /** 0..255 [rows, cols, 3] */
  readonly resized?: ArrayLike<number>
  /** [channels, rows, cols] of each stage. */
  readonly features?: Readonly<Record<string, Float32Array>>
}

export interface Comparison {
  /** Largest deviation of each stage that was compared, as a share of what is allowed: above 1 it fails. */
  readonly worst: Partial<Record<ParityStage, number>>
  /** Whether the golden score lies so close to a threshold that either verdict is right. */
  readonly isTie: boolean
}

export interface Limits {
  readonly threshold: number | null
  readonly review: number | null
}

export function compareStages(
  golden: StageValues,
  found: StageValues,
  tolerance: ParityTolerance,
  limits: Limits,
): Comparison {
  const allowedScore = tolerance.score * Math.max(Math.abs(golden.score), tolerance.leastScore)
  const isTie = [limits.threshold, limits.review].some(
    (limit) => limit !== null && Math.abs(golden.score - limit) <= allowedScore,
  )
  const { resized, features } = found
  return {
    isTie,
    worst: {
      frame: golden.frame.every((value, i) => value === found.frame[i]) ? 0 : Infinity,
      ...(resized && golden.resized && { resized: share(golden.resized, resized, tolerance.resized) }),
      ...(features && { features: shareOfFeatures(golden.features ?? {}, features, tolerance.features) }),
      map: share(golden.map, found.map, tolerance.map * Math.max(largest(golden.map), tolerance.leastScore)),
      score: ratio(Math.abs(golden.score - found.score), allowedScore),
      verdict: isTie || golden.verdict === found.verdict ? 0 : Infinity,
    },
  }
}

function shareOfFeatures(
  golden: Readonly<Record<string, Float32Array>>,
  found: Readonly<Record<string, Float32Array>>,
  tolerance: number,
): number {
  const shares = Object.entries(golden).map(([stage, values]) =>
    share(values, found[stage] ?? new Float32Array(0), tolerance * largest(values)),
  )
  return Math.max(0, ...shares)
}

/** Largest difference over what is allowed; infinite where there is none of the same size, or a value is no number. */
function share(golden: ArrayLike<number>, found: ArrayLike<number>, allowed: number): number {
  if (golden.length !== found.length) return Infinity
  let worst = 0
  for (let i = 0; i < golden.length; i++) {
    const difference = Math.abs(golden[i]! - found[i]!)
    if (!(difference <= worst)) worst = difference
    if (Number.isNaN(worst)) return Infinity
  }
  return ratio(worst, allowed)
}

/** 0 over 0 is 0. */
const ratio = (difference: number, allowed: number): number =>
  difference === 0 ? 0 : Number.isNaN(difference) ? Infinity : difference / allowed

function largest(values: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!))
  return most
}

/** @param path - Of the model, for the error. @throws {ModelError} Naming the first stage that deviates further than allowed. */
export function refuseDeviation(
  path: string,
  fixture: string,
  worst: Partial<Record<ParityStage, number>>,
): void {
  const guilty = parityStages.find((stage) => (worst[stage] ?? 0) > 1)
  if (guilty === undefined) return
  const share = worst[guilty]!
  const how = Number.isFinite(share)
    ? `deviates ${share.toFixed(1)} times as far as allowed`
    : 'is another one'
  throw new ModelError(
    path,
    `does not give what the model gives: of the stages ${parityStages.join(', ')} the first that differs is ${guilty}, which ${how} for the fixture ${fixture}`,
  )
}
