/**
 * What leakage is worth: a run that draws single images although parts are known is laid beside the same run drawn by part.
 *
 * Drawn singly, a part stands in several roles: the detector has learnt the very surface it is judged on, and the figures
 * are those of a factory that makes the same few parts for ever. How much that flatters differs from dataset to dataset,
 * so it is measured rather than warned of.
 */
import { join } from 'node:path'
import { StatisticalError } from '../../errors.ts'
import { aggregate } from '../../evaluate/aggregate.ts'
import type { FoldResult, FoldSettings } from '../../evaluate/evaluate-fold.ts'
import { planFolds } from '../../evaluate/split.ts'
import { groupUnits } from '../../evaluate/units.ts'
import { createRandom } from '../../math/random.ts'
import type { Task } from '../../task.ts'
import type { Estimate, Finding } from '../../wire/evaluation.ts'
import { resumeFolder } from '../folder/fold-record.ts'
import { resultsOfFolds } from './compose-evaluation.ts'
import type { OpenEvaluation } from './open-evaluation.ts'
import { workFolds } from './work-fold.ts'

/**
 * @returns null where the run was drawn by part, or no part is known.
 * Cost: that of the folds once more.
 */
export async function measureLeakage(
  results: readonly FoldResult[],
  run: OpenEvaluation,
  merged: boolean,
  task: Task,
): Promise<Finding | null> {
  const { request, settings, seen } = run
  if (settings.unit === 'part' || !settings.partsKnown) return null
  const shared = sharedParts(results)
  if (shared.images === 0) return null
  const byPart = { ...settings, unit: 'part' } as const
  let plans: ReturnType<typeof planFolds>
  try {
    plans = planFolds(groupUnits(seen.samples, 'part'), { ...request, merged })
  } catch (error) {
    if (!(error instanceof StatisticalError)) throw error
    return finding(shared, null, error.message)
  }
  const records = await workFolds(plans, { ...run, out: join(resumeFolder(run.out), 'by-part') }, task)
  const honest = resultsOfFolds(plans, records, byPart)
  const auroc = (of: readonly FoldResult[], how: FoldSettings): Estimate =>
    aggregate(of, how, createRandom(request.seed, 'leakage'), task).metrics.image.auroc
  const aurocs = { byImage: auroc(results, settings), byPart: auroc(honest, byPart) }
  return finding(shared, { ...aurocs, leaksByPart: sharedParts(honest).images }, null)
}

interface Shared {
  /** Judged images whose part the detector has also learnt from, over all folds, and judged images in all. */
  readonly images: number
  readonly judged: number
}

function sharedParts(results: readonly FoldResult[]): Shared {
  let [images, judged] = [0, 0]
  for (const { plan } of results) {
    const learnt = new Set(plan.train.flatMap(({ part }) => part ?? []))
    judged += plan.inference.length
    images += plan.inference.filter(({ part }) => part !== null && learnt.has(part)).length
  }
  return { images, judged }
}

function finding(
  { images, judged }: Shared,
  aurocs: { readonly byImage: Estimate; readonly byPart: Estimate; readonly leaksByPart: number } | null,
  reason: string | null,
): Finding {
  const share = `${((100 * images) / judged).toFixed(0)} % of the judged images show a part that the detector also learnt from`
  const figures =
    aurocs === null
      ? `; what that flatters cannot be measured here (${reason})`
      : `: drawn by image the AUROC is ${show(aurocs.byImage)}, drawn by part ${show(aurocs.byPart)}`
  return {
    id: 'leakage.part',
    severity: 'error',
    title: `${share}${figures}.`,
    evidence: {
      judgedImages: judged,
      ofLearntParts: images,
      ...(aurocs && {
        aurocByImage: pick(aurocs.byImage),
        aurocByPart: pick(aurocs.byPart),
        /** Of the run that it is laid beside: none, or it would flatter too. */
        ofLearntPartsByPart: aurocs.leaksByPart,
        difference: (aurocs.byImage.mean ?? 0) - (aurocs.byPart.mean ?? 0),
      }),
    },
    remedy:
      'Quote the figure drawn by part (leave out --unit image). Only it says something about parts the detector has never seen.',
  }
}

const show = ({ mean, ci: [low, high] }: Estimate): string =>
  `${mean?.toFixed(3) ?? 'undefined'}${low === null || high === null ? '' : ` (95 % interval ${low.toFixed(3)} to ${high.toFixed(3)})`}`
const pick = ({ mean, ci }: Estimate) => ({ mean, ci })
