/**
 * `score.saturation`: do scores pile up at a bound, so that ranks are lost?
 *
 * A tie between a good and a defective image is a rank that no threshold can bring back: the AUROC counts it half. Scores that
 * single precision cannot tell apart are tied; images of one unit may be.
 */
import type { LevelRows } from '../../evaluate/evaluate-fold.ts'
import { lastOf } from '../../present.ts'
import type { Guardrail } from '../contract.ts'
import type { EvaluatedRun } from './evaluated-run.ts'
import { percent } from './figure-text.ts'

const id = 'score.saturation'

/** Share of the pairs of a good and a defective image that may be tied: the AUROC is then uncertain by half of it. */
const mostTied = 0.01
/** Share of the units that may have the lowest, or the highest, score of all. */
const mostPiled = 0.05
/** Units that make a pile. */
const leastPile = 3
/** Two steps of single precision, in which detectors compute. */
const resolution = 2.4e-7

export const scoreSaturation: Guardrail<EvaluatedRun> = {
  id,
  question: 'Do scores pile up at a bound, so that images can no longer be told apart?',
  async run({ results }) {
    const folds = results.map(({ image }) => saturationOf(image.rows.inference))
    const mean = (of: 'tied' | 'atLow' | 'atHigh'): number =>
      folds.reduce((sum, fold) => sum + fold[of], 0) / folds.length
    const [tied, atLow, atHigh] = [mean('tied'), mean('atLow'), mean('atHigh')]
    if (tied <= mostTied && Math.max(atLow, atHigh) <= mostPiled) return { kind: 'passed' }
    const pile = atLow > atHigh ? `the lowest (${percent(atLow)})` : `the highest (${percent(atHigh)})`
    const piled = Math.max(atLow, atHigh) > mostPiled
    return {
      kind: 'found',
      findings: [
        {
          id,
          severity: 'warning',
          title: piled
            ? `Many images share one score, ${pile}: among them ranks are lost, and no threshold can part them.`
            : `${percent(tied)} of the pairs of a good and a defective image have the same score: their ranks are lost.`,
          evidence: { tiedPairs: tied, atLowest: atLow, atHighest: atHigh, limits: [mostTied, mostPiled] },
          remedy:
            'Use raw scores, not ones squeezed into 0 to 1 or rounded. If raw scores pile up, the detector is saturated (or blind) there: ' +
            'train it for fewer steps, use another detector, or count the piled images as undecided.',
        },
      ],
    }
  },
}

interface Saturation {
  /** Share of the pairs of a nominal and an anomalous image of different units with the same score. */
  readonly tied: number
  /** Share of units with an image at the lowest, and at the highest, score; 0 where they are no pile. */
  readonly atLow: number
  readonly atHigh: number
}

/** Cost: O(n log n). */
export function saturationOf({ scores, labels, clusters }: LevelRows): Saturation {
  const order = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]!)
  const least = resolution * Math.max(...scores.map(Math.abs))
  const groups: number[][] = []
  for (const i of order) {
    const group = groups.at(-1)
    if (group !== undefined && scores[i]! - scores[lastOf(group)]! <= least) group.push(i)
    else groups.push([i])
  }
  const positives = labels.reduce((sum: number, label) => sum + label, 0)
  const pairs = positives * (labels.length - positives)
  const units = new Set(clusters).size
  const pile = (group: readonly number[] | undefined): number => {
    const own = new Set((group ?? []).map((i) => clusters[i]!)).size
    return own >= leastPile ? own / units : 0
  }
  const tied = groups.reduce((sum, group) => sum + tiedPairs(group, labels, clusters), 0)
  return { tied: pairs === 0 ? 0 : tied / pairs, atLow: pile(groups[0]), atHigh: pile(groups.at(-1)) }
}

function tiedPairs(group: readonly number[], labels: Uint8Array, clusters: readonly string[]): number {
  const tally = (of: readonly number[]): [number, number] => {
    const anomalous = of.filter((i) => labels[i] === 1).length
    return [of.length - anomalous, anomalous]
  }
  const pairsOf = (of: readonly number[]): number => {
    const [nominal, anomalous] = tally(of)
    return nominal * anomalous
  }
  const perUnit = new Map<string, number[]>()
  for (const i of group) {
    const own = perUnit.get(clusters[i]!)
    if (own === undefined) perUnit.set(clusters[i]!, [i])
    else own.push(i)
  }
  return pairsOf(group) - [...perUnit.values()].reduce((sum, own) => sum + pairsOf(own), 0)
}
