/**
 * What another threshold, prevalence or cost would do, from the inference scores of every fold.
 *
 * `consequences` runs in two places: here, for the tables a page shows without a script, and in the page, into which its
 * source is copied (`assets.ts`). It must therefore use nothing but its arguments.
 */
import { parsePartScore, partScore } from '../evaluate/part-score.ts'
import type { Evaluation, ScoreRow } from '../wire/evaluation.ts'

/** Inference scores of one fold, each list ascending. */
export interface FoldScores {
  readonly fold: number
  readonly threshold: number
  readonly nominal: readonly number[]
  readonly anomalous: readonly number[]
}

export interface WhatIf {
  /** Added to every fold's own threshold; 0 is the run as evaluated. Score units. */
  readonly shift: number
  /** Share of defective parts on the line, 0..1. */
  readonly prevalence: number
  readonly costEscape: number
  readonly costOverkill: number
}

/** Mean over folds with the least and greatest fold; null where undefined in every fold. */
export interface Spread {
  readonly mean: number | null
  readonly low: number | null
  readonly high: number | null
}

export interface Consequences {
  readonly escapeRate: Spread
  readonly overkillRate: Spread
  /** Share of rejected parts that are defective, at the prevalence. */
  readonly precision: Spread
  /** Share of accepted parts that are good, at the prevalence. */
  readonly npv: Spread
  /** Expected, of 1,000 parts at the prevalence. */
  readonly escapesPer1000: Spread
  readonly overkillPer1000: Spread
  readonly costPer1000: Spread
  /** Counted over all folds; a unit drawn in several folds counts several times. */
  readonly missed: number
  readonly anomalous: number
  readonly rejected: number
  readonly nominal: number
}

/**
 * Rates per fold, then their mean, as the protocol does it. A score at or above its threshold is called anomalous.
 *
 * Cost: O(folds log n). Checked against counting and against `evaluation.json` at shift 0.
 */
export function consequences(folds: readonly FoldScores[], setting: WhatIf): Consequences {
  const below = (ascending: readonly number[], threshold: number): number => {
    let low = 0
    let high = ascending.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ascending[middle] as number) < threshold) low = middle + 1
      else high = middle
    }
    return low
  }
  const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)
  const p = setting.prevalence
  const spread = (
    figure: (fold: { missedShare: number | null; rejectedShare: number | null }) => number | null,
  ): Spread => {
    const values = rates.map(figure).filter((value): value is number => value !== null)
    if (values.length === 0) return { mean: null, low: null, high: null }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return { mean, low: Math.min(...values), high: Math.max(...values) }
  }

  let missed = 0
  let anomalous = 0
  let rejected = 0
  let nominal = 0
  const rates = folds.map((fold) => {
    const threshold = fold.threshold + setting.shift
    const escapes = below(fold.anomalous, threshold)
    const overkills = fold.nominal.length - below(fold.nominal, threshold)
    missed += escapes
    anomalous += fold.anomalous.length
    rejected += overkills
    nominal += fold.nominal.length
    return {
      missedShare: ratio(escapes, fold.anomalous.length),
      rejectedShare: ratio(overkills, fold.nominal.length),
    }
  })
  return {
    escapeRate: spread(({ missedShare }) => missedShare),
    overkillRate: spread(({ rejectedShare }) => rejectedShare),
    precision: spread(({ missedShare, rejectedShare }) =>
      missedShare === null || rejectedShare === null
        ? null
        : ratio(p * (1 - missedShare), p * (1 - missedShare) + (1 - p) * rejectedShare),
    ),
    npv: spread(({ missedShare, rejectedShare }) =>
      missedShare === null || rejectedShare === null
        ? null
        : ratio((1 - p) * (1 - rejectedShare), (1 - p) * (1 - rejectedShare) + p * missedShare),
    ),
    escapesPer1000: spread(({ missedShare }) => (missedShare === null ? null : 1000 * p * missedShare)),
    overkillPer1000: spread(({ rejectedShare }) =>
      rejectedShare === null ? null : 1000 * (1 - p) * rejectedShare,
    ),
    costPer1000: spread(({ missedShare, rejectedShare }) =>
      missedShare === null || rejectedShare === null
        ? null
        : 1000 * (p * missedShare * setting.costEscape + (1 - p) * rejectedShare * setting.costOverkill),
    ),
    missed,
    anomalous,
    rejected,
    nominal,
  }
}

/** The scores a what-if works on and the level they belong to. */
export interface WhatIfScores {
  readonly level: 'image' | 'part'
  readonly folds: readonly FoldScores[]
}

/**
 * Inference scores per fold: of parts where that repeats the counts the run recorded for parts (images of a part reduced
 * by the run's rule), else of images. Folds without a threshold are left out.
 */
export function whatIfScores(evaluation: Evaluation, rows: readonly ScoreRow[]): WhatIfScores {
  const group = (level: 'image' | 'part'): FoldScores[] =>
    evaluation.folds.flatMap(({ fold, threshold }) => {
      if (threshold === null) return []
      const images = rows.filter((row) => row.role === 'inference' && row.fold === fold)
      const units = level === 'image' ? images : reduceParts(images, evaluation.protocol.partScore)
      const of = (label: string): number[] =>
        units
          .filter((unit) => unit.label === label)
          .map((unit) => unit.score)
          .sort((a, b) => a - b)
      return [{ fold, threshold, nominal: of('nominal'), anomalous: of('anomalous') }]
    })
  if (evaluation.metrics.part !== null) {
    const parts = group('part')
    if (parts.length > 0 && parts.every((fold) => repeatsPartCounts(evaluation, fold))) {
      return { level: 'part', folds: parts }
    }
  }
  return { level: 'image', folds: group('image') }
}

/** One score per part by the run's rule; a part is anomalous when any of its images is. */
function reduceParts(rows: readonly ScoreRow[], rule: string): { label: string; score: number }[] {
  const parts = new Map<string, ScoreRow[]>()
  for (const row of rows) {
    const key = row.part === '' ? `image:${row.image}` : `part:${row.part}`
    const held = parts.get(key)
    if (held === undefined) parts.set(key, [row])
    else held.push(row)
  }
  const reduce = parsePartScore(rule)
  return [...parts.values()].map((images) => ({
    label: images.some((row) => row.label === 'anomalous') ? 'anomalous' : 'nominal',
    score: partScore(
      reduce,
      images.map((row) => row.score),
    ),
  }))
}

function repeatsPartCounts(evaluation: Evaluation, scores: FoldScores): boolean {
  const recorded = evaluation.folds.find((fold) => fold.fold === scores.fold)?.confusion.part
  if (!recorded) return false
  const fn = scores.anomalous.filter((score) => score < scores.threshold).length
  const fp = scores.nominal.filter((score) => score >= scores.threshold).length
  return (
    recorded.fn === fn &&
    recorded.fp === fp &&
    recorded.tp === scores.anomalous.length - fn &&
    recorded.tn === scores.nominal.length - fp
  )
}
