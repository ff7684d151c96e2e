/** Whether a threshold policy can keep its promise with the support alone, asked before anything is fitted. */
import type { FoldPlan } from '../../evaluate/fold-plan.ts'
import type { OpenEvaluation } from './open-evaluation.ts'

/** @throws {StatisticalError} Fewer units than the policy needs, with what would do. */
export function refuseFewScores(
  plans: readonly FoldPlan[],
  { request, settings }: Pick<OpenEvaluation, 'request' | 'settings'>,
): void {
  if (request.thresholdFrom === 'set') return
  for (const { units } of plans) {
    settings.choose(new Float64Array(units.threshold[0]), new Uint8Array(units.threshold[0]))
  }
}
