/**
 * 95 % intervals of one fold's figures when several images may show one part.
 *
 * With one row per cluster these are DeLong's interval (DeLong et al. 1988) and Clopper and Pearson's (1934). Where
 * clusters hold several rows, influences are summed by cluster before they are squared (Obuchowski 1997), and the
 * binomial counts shrink by the design effect that this gives (Korn and Graubard 1998): 57 pictures of one spot are not 57 witnesses.
 * They speak of this fitted model and threshold only; fold-to-fold variation is the business of `aggregate.ts`.
 */
import type { Interval } from '../wire/evaluation.ts'
import { clopperPearson } from './intervals/clopper-pearson.ts'
import { delongComponents, delongInterval } from './intervals/delong.ts'

export interface ClusteredScores {
  readonly scores: Float64Array
  readonly labels: Uint8Array
  readonly clusters: readonly string[]
}

const level = 0.95
const z = 1.959963984540054

/**
 * Interval of the share of rows of one label for which `isHit` holds.
 *
 * @returns [null, null] without such rows. Never a single point: at 0 or 1 the other end is Clopper and Pearson's bound,
 *   with clusters counted once.
 */
export function clusteredRateInterval(
  rows: ClusteredScores,
  label: 0 | 1,
  isHit: (score: number) => boolean,
): Interval {
  const perCluster = new Map<string, { hits: number; count: number }>()
  let [hits, count] = [0, 0]
  for (let i = 0; i < rows.scores.length; i++) {
    if (rows.labels[i] !== label) continue
    const tally = perCluster.get(rows.clusters[i]!) ?? { hits: 0, count: 0 }
    const hit = isHit(rows.scores[i]!) ? 1 : 0
    tally.hits += hit
    tally.count++
    hits += hit
    count++
    perCluster.set(rows.clusters[i]!, tally)
  }
  return rateInterval(hits, count, [...perCluster.values()])
}

/** As {@link clusteredRateInterval}, from tallies; `hits` of `count` in all, summed over clusters. */
export function rateInterval(
  hits: number,
  count: number,
  clusters: readonly { readonly hits: number; readonly count: number }[],
): Interval {
  if (count === 0) return [null, null]
  const units = clusters.length
  if (units === count) return clopperPearson(hits, count, level) as Interval
  const p = hits / count
  let effective = units
  if (hits > 0 && hits < count && units > 1) {
    const squares = clusters.reduce((sum, c) => sum + (c.hits - p * c.count) ** 2, 0)
    const variance = (squares / count ** 2) * (units / (units - 1))
    effective = Math.min(count, Math.max(1, Math.floor((p * (1 - p)) / variance)))
  }
  return clopperPearson(Math.round(p * effective), effective, level) as Interval
}

/** Interval of the AUROC. @returns [null, null] with one label only; a one-sided bound for a perfect AUROC. */
export function clusteredAurocInterval(rows: ClusteredScores): Interval {
  const { scores, labels, clusters } = rows
  if (!(labels.includes(0) && labels.includes(1))) return [null, null]
  const distinct = new Set(clusters).size
  if (distinct === clusters.length) return delongInterval(scores, labels, level) as Interval
  const unitsOf = (label: number) => new Set(clusters.filter((_, i) => labels[i] === label)).size
  const fewest = Math.min(unitsOf(0), unitsOf(1))
  const { auc: area, components, positives, negatives } = delongComponents(scores, labels)
  if (area === 1) return [perfectBound(fewest), 1]
  if (area === 0) return [0, 1 - perfectBound(fewest)]
  const byCluster = new Map<string, number>()
  components.forEach((component, i) => {
    const influence = (component - area) / (labels[i] === 1 ? positives : negatives)
    byCluster.set(clusters[i]!, (byCluster.get(clusters[i]!) ?? 0) + influence)
  })
  const squares = [...byCluster.values()].reduce((sum, value) => sum + value * value, 0)
  if (squares === 0) return clopperPearson(area * fewest, fewest, level) as Interval // e.g. all scores equal
  const error = z * Math.sqrt((squares * distinct) / Math.max(1, distinct - 1))
  return [Math.max(0, area - error), Math.min(1, area + error)]
}

/**
 * Lower 97.5 % bound of a proportion, or of an AUROC, of which `n` independent witnesses were all in favour.
 *
 * For the AUROC the witnesses are disjoint pairs of one anomalous and one nominal unit: each is concordant with
 * probability AUROC, independently, so the binomial bound holds exactly.
 */
export function perfectBound(n: number): number {
  return n > 0 ? ((1 - level) / 2) ** (1 / n) : 0
}
