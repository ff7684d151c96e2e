/**
 * Steps 3 and 4 of the protocol for one fold: choose the threshold on the threshold set, apply it to the inference set,
 * record every figure, for images and, where parts are known, for parts.
 *
 * The naive figures stand beside the honest ones: threshold chosen and figure taken on both sets together.
 */
import type { Sample } from '../dataset/sample.ts'
import { groupBy } from '../math/group-by.ts'
import { mustGet } from '../present.ts'
import type { Counts, Interval, PixelMetrics, ScoreRow } from '../wire/evaluation.ts'
import { clusteredAurocInterval, clusteredRateInterval } from './clustered-intervals.ts'
import type { FactorySettings } from './factory-settings.ts'
import { type Figures, levelFigures } from './figures.ts'
import { confusionAt } from './metrics/confusion.ts'
import { type PartScore, partScore } from './part-score.ts'
import type { FoldPlan } from './split.ts'
import { type UnitKind, unitId } from './units.ts'

export interface ScoredSample {
  readonly sample: Sample
  /** Raw image score, higher = more anomalous. */
  readonly score: number
}

/** Threshold, and the lower end of the review band where there is one. */
export interface Operating {
  readonly threshold: number
  readonly reviewThreshold: number | null
}

/** A threshold policy with its settings: sees the scores (and labels, 1 = anomalous) of a threshold set, nothing else. */
export type Chooser = (scores: Float64Array, labels: Uint8Array) => Operating

export interface FoldSettings extends FactorySettings {
  readonly unit: UnitKind
  readonly partsKnown: boolean
  readonly partScore: PartScore
  readonly choose: Chooser
  /** Folds in a row that differ in their support alone; absent for 1. */
  readonly draws?: number
}

export interface FoldInput {
  readonly plan: FoldPlan
  /** Every image of the role that could be scored. */
  readonly threshold: readonly ScoredSample[]
  readonly inference: readonly ScoredSample[]
  readonly pixel: { readonly [Name in keyof PixelMetrics]: number | null } | null
  readonly seconds: { readonly fit: number; readonly score: number }
}

/** Rows of one role at one level: images, or parts reduced to one score. Arrays are parallel. */
export interface LevelRows {
  readonly ids: readonly string[]
  /** What is resampled as one: the unit of an image, the part itself for parts. */
  readonly clusters: readonly string[]
  readonly scores: Float64Array
  readonly labels: Uint8Array
  readonly samples: readonly (readonly Sample[])[]
}

export type NaiveFigures = Readonly<Record<'auroc' | 'balancedAccuracy' | 'f1', number | null>>
export type FoldIntervals = Readonly<
  Record<'auroc' | 'sensitivity' | 'specificity' | 'escapeRate' | 'overkillRate', Interval>
>

export interface LevelResult extends Operating {
  readonly rows: { readonly threshold: LevelRows; readonly inference: LevelRows }
  readonly confusion: Counts
  readonly figures: Figures
  /** Share of rows of the inference set in the review band; null without one. */
  readonly reviewRate: number | null
  /** 95 %, clusters counted as such. */
  readonly intervals: FoldIntervals
  readonly naive: NaiveFigures
}

export interface FoldResult {
  readonly fold: number
  readonly plan: FoldPlan
  readonly image: LevelResult
  /** null where parts are not known or not drawn whole, or where a role lacks nominal or anomalous ones. */
  readonly part: LevelResult | null
  readonly pixel: FoldInput['pixel']
  readonly seconds: FoldInput['seconds']
  /** Lines of `scores.csv`, sorted by role and image. */
  readonly scoreRows: readonly ScoreRow[]
}

/**
 * @throws {StatisticalError} What the policy throws on the threshold set (e.g. Neyman-Pearson with too few nominals).
 * Cost: O(n log n).
 */
export function evaluateFold(input: FoldInput, settings: FoldSettings): FoldResult {
  const { plan } = input
  const threshold = imageRows(input.threshold, settings.unit)
  const inference = imageRows(input.inference, settings.unit)
  const image = evaluateLevel(threshold, inference, settings)
  // Drawn singly, the images of a part stand in several roles, and a verdict on the part would be one on some of them.
  const part = settings.partsKnown && settings.unit === 'part' ? evaluateParts(input, settings) : null
  const scoreRows = (['threshold', 'inference'] as const).flatMap((role) =>
    image.rows[role].samples.map((samples, i) => {
      const { id, part, label, defect } = samples[0]!
      const score = image.rows[role].scores[i]!
      return {
        image: id,
        part: part ?? '',
        label,
        defect: defect ?? '',
        fold: plan.fold,
        role,
        score,
        decision: decide(score, image),
      }
    }),
  )
  return { fold: plan.fold, plan, image, part, pixel: input.pixel, seconds: input.seconds, scoreRows }
}

/** The verdict for a score; between the two thresholds a person looks. */
export function decide(score: number, { threshold, reviewThreshold }: Operating): ScoreRow['decision'] {
  if (score >= threshold) return 'anomalous'
  return reviewThreshold !== null && score >= reviewThreshold ? 'review' : 'nominal'
}

/** null where a role holds no nominal part, or no anomalous one: with wear that grows every part turns anomalous in time. */
function evaluateParts(input: FoldInput, settings: FoldSettings): LevelResult | null {
  const threshold = partRows(input.threshold, settings.partScore)
  const inference = partRows(input.inference, settings.partScore)
  const hasBoth = ({ labels }: LevelRows): boolean => labels.includes(0) && labels.includes(1)
  const isNominalOnly = input.plan.counts.threshold[1] === 0 && threshold.ids.length > 0
  const canChoose = isNominalOnly || hasBoth(threshold)
  return canChoose && hasBoth(inference) ? evaluateLevel(threshold, inference, settings) : null
}

function evaluateLevel(threshold: LevelRows, inference: LevelRows, settings: FoldSettings): LevelResult {
  const operating = settings.choose(threshold.scores, threshold.labels)
  const { scores, labels } = inference
  const both = {
    scores: Float64Array.from([...threshold.scores, ...scores]),
    labels: Uint8Array.from([...threshold.labels, ...labels]),
  }
  const naive = levelFigures(both, settings.choose(both.scores, both.labels).threshold, settings)
  const reviewed = scores.reduce((n, score) => n + (decide(score, operating) === 'review' ? 1 : 0), 0)
  const rate = (label: 0 | 1, isHit: (score: number) => boolean): Interval =>
    clusteredRateInterval(inference, label, isHit)
  const isRejected = (score: number) => score >= operating.threshold
  const isPassed = (score: number) => score < operating.threshold
  return {
    ...operating,
    rows: { threshold, inference },
    confusion: confusionAt(scores, labels, operating.threshold),
    figures: levelFigures(inference, operating.threshold, settings),
    reviewRate: operating.reviewThreshold === null || scores.length === 0 ? null : reviewed / scores.length,
    intervals: {
      auroc: clusteredAurocInterval(inference),
      sensitivity: rate(1, isRejected),
      escapeRate: rate(1, isPassed),
      specificity: rate(0, isPassed),
      overkillRate: rate(0, isRejected),
    },
    naive: { auroc: naive.auroc, balancedAccuracy: naive.balancedAccuracy, f1: naive.f1 },
  }
}

function imageRows(scored: readonly ScoredSample[], unit: UnitKind): LevelRows {
  const sorted = scored.toSorted((a, b) => (a.sample.id < b.sample.id ? -1 : 1))
  return {
    ids: sorted.map(({ sample }) => sample.id),
    clusters: sorted.map(({ sample }) => unitId(sample, unit)),
    scores: Float64Array.from(sorted, ({ score }) => score),
    labels: Uint8Array.from(sorted, ({ sample }) => (sample.label === 'anomalous' ? 1 : 0)),
    samples: sorted.map(({ sample }) => [sample]),
  }
}

/** One row per part with images in the role: anomalous if any of those images is. */
export function partRows(scored: readonly ScoredSample[], rule: PartScore): LevelRows {
  const parts = groupBy(scored, ({ sample }) => unitId(sample, 'part'))
  const ids = [...parts.keys()].sort()
  const members = ids.map((id) => mustGet(parts, id))
  return {
    ids,
    clusters: ids,
    scores: Float64Array.from(members, (images) =>
      partScore(
        rule,
        images.map((image) => image.score),
      ),
    ),
    labels: Uint8Array.from(members, (images) =>
      images.some(({ sample }) => sample.label === 'anomalous') ? 1 : 0,
    ),
    samples: members.map((images) => images.map(({ sample }) => sample)),
  }
}
