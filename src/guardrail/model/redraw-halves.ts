/**
 * The same scores, halved anew: which units would have chosen the threshold, and which would have been judged, had the draw
 * fallen otherwise. A fold shows one draw; this shows what the draw is worth, and costs no scoring.
 */
import type { FoldSettings, LevelResult, LevelRows } from '../../evaluate/evaluate-fold.ts'
import type { Random } from '../../math/random.ts'

export type Rows = Pick<LevelRows, 'scores' | 'labels' | 'clusters'>

export interface Redraw {
  /** As the policy chooses it from one half. */
  readonly threshold: number
  /** The other half. */
  readonly judged: Rows
}

/** Everything of a fold that did not train. */
export function heldOut({ rows: { threshold, inference } }: Pick<LevelResult, 'rows'>): Rows {
  return {
    scores: Float64Array.from([...threshold.scores, ...inference.scores]),
    labels: Uint8Array.from([...threshold.labels, ...inference.labels]),
    clusters: [...threshold.clusters, ...inference.clusters],
  }
}

/** @throws {StatisticalError} What the policy throws on a half. Cost: one choice of threshold each. */
export function* redrawHalves(
  rows: Rows,
  { choose }: Pick<FoldSettings, 'choose'>,
  draws: number,
  random: Random,
): Generator<Redraw> {
  for (let i = 0; i < draws; i++) {
    const [choosing, judged] = halve(rows, random)
    yield { threshold: choose(choosing.scores, choosing.labels).threshold, judged }
  }
}

/** Whole units, those with anomalous rows and the others each halved at random. */
export function halve(rows: Rows, random: Random): readonly [Rows, Rows] {
  const anomalous = new Set(rows.clusters.filter((_, i) => rows.labels[i] === 1))
  const others = [...new Set(rows.clusters)].filter((cluster) => !anomalous.has(cluster))
  const first = new Set(
    [[...anomalous], others].flatMap((units) => {
      const shuffled = random.shuffleInPlace(units)
      const extra = shuffled.length % 2 === 1 && random.uniform() < 0.5 ? 1 : 0
      return shuffled.slice(0, (shuffled.length >> 1) + extra)
    }),
  )
  const pick = (isFirst: boolean): Rows => {
    const kept = [...rows.clusters.keys()].filter((i) => first.has(rows.clusters[i]!) === isFirst)
    return {
      scores: Float64Array.from(kept, (i) => rows.scores[i]!),
      labels: Uint8Array.from(kept, (i) => rows.labels[i]!),
      clusters: kept.map((i) => rows.clusters[i]!),
    }
  }
  return [pick(true), pick(false)]
}
