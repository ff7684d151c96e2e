/**
 * `threshold.stability`: does the threshold jump, from fold to fold and from draw to draw, and would it matter?
 *
 * Models of different folds may score on different scales, so each threshold is measured in its own fold: in standard deviations of
 * the held-out nominal scores from their mean. A handful of folds says little about a spread; the units that choose are therefore
 * drawn anew many times within each fold.
 */
import { StatisticalError } from '../../errors.ts'
import type { FoldResult, FoldSettings } from '../../evaluate/evaluate-fold.ts'
import { quantile } from '../../math/order-statistics.ts'
import type { Random } from '../../math/random.ts'
import { checkCancelled } from '../../task.ts'
import type { Guardrail } from '../contract.ts'
import type { EvaluatedRun } from './evaluated-run.ts'
import { points } from './figure-text.ts'
import { heldOut, type Rows, redrawHalves } from './redraw-halves.ts'

const id = 'threshold.stability'

/**
 * Spread of the thresholds, in standard deviations of the nominal scores: a shift of a quarter of one moves a normal false-alarm
 * rate of 5 % to between 2.9 % and 8.2 %.
 */
const mostSpread = 0.25
/** Range of a rate over nine draws in ten, 0..1, below which a jump does little harm: thresholds in the gap between two well separated kinds may jump. */
const leastHarm = 0.1
const draws = 60

export const thresholdStability: Guardrail<EvaluatedRun> = {
  id,
  question: 'Does the threshold depend on which parts happened to choose it?',
  async run({ results, settings, randomOf }, task) {
    const folds: FoldDraws[] = []
    for (const result of results) {
      checkCancelled(task)
      const drawn = drawFold(result, settings, randomOf(`${id} ${result.fold}`))
      if (drawn !== null) folds.push(drawn)
    }
    if (folds.length === 0) {
      return {
        kind: 'skipped',
        reason: 'no fold has a threshold that can be chosen anew, or good images with more than one score',
      }
    }
    const mean = (of: (fold: FoldDraws) => number): number =>
      folds.reduce((sum, fold) => sum + of(fold), 0) / folds.length
    const centre = mean(({ place }) => place)
    // What the draw does within a fold, and what else differs between folds.
    const between = folds.length < 2 ? 0 : mean(({ place }) => (place - centre) ** 2)
    const spread = Math.sqrt(mean(({ variance }) => variance) + between)
    const overkill = mean(({ overkillRange }) => overkillRange)
    const escapes = mean(({ escapeRange }) => escapeRange)
    if (!(spread > mostSpread && Math.max(overkill, escapes) >= leastHarm)) return { kind: 'passed' }
    return {
      kind: 'found',
      findings: [
        {
          id,
          severity: 'warning',
          title: `Which ${settings.unit}s happen to choose the threshold matters too much: it moves by ${spread.toFixed(2)} standard deviations of the good scores, the overkill rate with it over ${points(overkill)} and the escape rate over ${points(escapes)} (nine draws in ten).`,
          evidence: {
            thresholds: results.map(({ image }) =>
              Number.isFinite(image.threshold) ? image.threshold : null,
            ),
            inNominalDeviations: folds.map(({ place }) => place),
            spread,
            limit: mostSpread,
            overkillRange: overkill,
            escapeRange: escapes,
          },
          remedy:
            'Collect more images for the threshold, above all defects that are hard to see, or use a policy that looks at many scores instead of ' +
            'one (neyman-pearson, conformal). On the line, watch the overkill rate in the first days and set the threshold anew.',
        },
      ],
    }
  },
}

interface FoldDraws {
  /** Mean place of the thresholds and their variance, in standard deviations of the nominal scores. */
  readonly place: number
  readonly variance: number
  /** Between the 5 % and 95 % quantiles over the draws; shares of the held-out images. */
  readonly overkillRange: number
  readonly escapeRange: number
}

/** null where there is nothing to measure by. */
function drawFold({ image }: FoldResult, settings: FoldSettings, random: Random): FoldDraws | null {
  const rows = heldOut(image)
  const nominal = [...rows.scores].filter((_, i) => rows.labels[i] === 0)
  const { mean, sd } = spreadOf(nominal)
  if (!(sd > 0)) return null
  try {
    const thresholds = [...redrawHalves(rows, settings, draws, random)]
      .map(({ threshold }) => threshold)
      .filter(Number.isFinite)
    if (thresholds.length < draws / 2) return null
    const places = spreadOf(thresholds.map((threshold) => (threshold - mean) / sd))
    const width = (label: 0 | 1): number => {
      const shares = thresholds.map((threshold) => rejectedShare(rows, label, threshold))
      return quantile(shares, 0.95) - quantile(shares, 0.05)
    }
    return { place: places.mean, variance: places.sd ** 2, overkillRange: width(0), escapeRange: width(1) }
  } catch (error) {
    if (error instanceof StatisticalError) return null
    throw error
  }
}

function rejectedShare({ scores, labels }: Rows, label: 0 | 1, threshold: number): number {
  let [rejected, count] = [0, 0]
  scores.forEach((score, i) => {
    if (labels[i] !== label) return
    count++
    if (score >= threshold) rejected++
  })
  return rejected / Math.max(1, count)
}

function spreadOf(values: readonly number[]): { readonly mean: number; readonly sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, sd: Math.sqrt(squares / Math.max(1, values.length - 1)) }
}
