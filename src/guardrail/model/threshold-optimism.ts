/**
 * `threshold.optimism`: how much does the usual way flatter?
 *
 * Usual: the threshold is chosen, and the figure taken, on one and the same set. The fold's own halves give one answer, with the
 * luck of one draw in it; so the units that choose and judge are halved anew many times, which costs no scoring, and the usual
 * figure is compared with the mean of the honest ones.
 */

import { StatisticalError } from '../../errors.ts'
import type { LevelResult } from '../../evaluate/evaluate-fold.ts'
import { levelFigures } from '../../evaluate/figures.ts'
import { correctedResampledT } from '../../evaluate/intervals/corrected-t.ts'
import type { Random } from '../../math/random.ts'
import { checkCancelled } from '../../task.ts'
import type { Guardrail } from '../contract.ts'
import type { EvaluatedRun } from './evaluated-run.ts'
import { points } from './figure-text.ts'
import { heldOut, redrawHalves } from './redraw-halves.ts'

const id = 'threshold.optimism'

/** Balanced accuracy that is worth a note, and a warning: of 100 parts of either kind, so many more judged rightly on paper. */
const [notable, grave] = [0.03, 0.05]
const draws = 60

export const thresholdOptimism: Guardrail<EvaluatedRun> = {
  id,
  question: 'By how much would figures taken where the threshold was chosen have flattered?',
  async run({ results, settings, evaluation, randomOf }, task) {
    const level = results.every(({ part }) => part !== null) ? 'part' : 'image'
    const optimisms: number[] = []
    for (const result of results) {
      checkCancelled(task)
      const optimism = optimismOf(result[level]!, settings, randomOf(`${id} ${result.fold}`))
      if (optimism !== null) optimisms.push(optimism)
    }
    if (optimisms.length < 2)
      return {
        kind: 'skipped',
        reason: `it takes 2 folds in which both kinds of ${level}s are judged, to say how sure the difference is; evaluate with --folds 5`,
      }
    const { inference, train, threshold } = results[0]!.plan.unitIds
    const counts = { test: inference.length, train: train.length + threshold.length }
    const { mean, lower, upper } = correctedResampledT(Float64Array.from(optimisms), counts, 0.95)
    if (!(mean >= notable && lower > 0)) return { kind: 'passed' }
    const naive = evaluation.naive[level]?.balancedAccuracy ?? null
    return {
      kind: 'found',
      findings: [
        {
          id,
          severity: mean >= grave ? 'warning' : 'info',
          title: `Chosen and judged on the same ${level}s, the threshold would have looked ${points(mean)} better in balanced accuracy than it is (95 % interval ${points(lower)} to ${points(upper)}).`,
          evidence: {
            level,
            optimism: mean,
            ci: [lower, upper],
            perFold: optimisms,
            naiveBalancedAccuracy: naive,
            honestBalancedAccuracy: evaluation.metrics[level]?.balancedAccuracy.mean ?? null,
          },
          remedy: `Quote the honest figures only. A difference of this size means that too few ${level}s choose the threshold: collect more defective ones, or use a policy that looks at many scores (neyman-pearson, conformal).`,
        },
      ],
    }
  },
}

/** Usual minus honest balanced accuracy; null where a figure is undefined or the policy refuses a half. */
function optimismOf(level: LevelResult, settings: EvaluatedRun['settings'], random: Random): number | null {
  const all = heldOut(level)
  try {
    const usual = levelFigures(
      all,
      settings.choose(all.scores, all.labels).threshold,
      settings,
    ).balancedAccuracy
    let [sum, count] = [0, 0]
    for (const { threshold, judged } of redrawHalves(all, settings, draws, random)) {
      const honest = levelFigures(judged, threshold, settings).balancedAccuracy
      if (honest === null) continue
      sum += honest
      count++
    }
    return usual === null || count === 0 ? null : usual - sum / count
  } catch (error) {
    if (error instanceof StatisticalError) return null
    throw error
  }
}
