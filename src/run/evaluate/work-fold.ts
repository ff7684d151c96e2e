/**
 * Steps 2 to 4 of the protocol for the folds as far as they need pictures: fit, score both roles, heat maps, pixel figures.
 *
 * Each fold is two steps, `fit-fold.ts` and `judge-fold.ts`; here they are done in this thread, one after the other, or given to
 * other threads (`../fold-threads/work-folds.ts`) or to workers (`../fleet/work-folds.ts`).
 */
import type { FoldPlan } from '../../evaluate/split.ts'
import type { Task } from '../../task.ts'
import { workFoldsByFleet } from '../fleet/work-folds.ts'
import { workFoldsByThreads } from '../fold-threads/work-folds.ts'
import { type FoldRecord, findFoldRecord } from '../folder/fold-record.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import { fitAndRank } from './fit-fold.ts'
import { type JudgeWork, judgeFold } from './judge-fold.ts'
import { keepRecord } from './keep-record.ts'
import type { OpenEvaluation } from './open-evaluation.ts'

/** What a fold needs of the evaluation, and the workers or threads that do it, where there are any. */
export type FoldWork = JudgeWork & Partial<Pick<OpenEvaluation, 'crew' | 'foldThreads'>>

/** One after the other, or side by side; the first sets the colour scale of all. @throws as {@link workFold}. */
export async function workFolds(
  plans: readonly FoldPlan[],
  work: FoldWork,
  task: Task,
): Promise<readonly FoldRecord[]> {
  if (work.crew != null) return workFoldsByFleet(plans, work, work.crew)
  if (work.foldThreads != null) return workFoldsByThreads(plans, work, work.foldThreads, task)
  const records: FoldRecord[] = []
  const counted = { ...work, request: { ...work.request, folds: plans.length } }
  for (const plan of plans) records.push(await workFold(plan, counted, records[0]?.range ?? null, task))
  return records
}

/** Of the heat maps of all folds. */
export const colourScale = ([first]: readonly FoldRecord[]): ScoreRange => first?.range ?? { low: 0, high: 1 }

/**
 * @param range - Colour scale of the heat maps; null in the first fold, which sets it.
 * @throws {StatisticalError} Too few samples to fit on. @throws {CancelledError} What is finished stays.
 */
export async function workFold(
  plan: FoldPlan,
  work: FoldWork,
  range: ScoreRange | null,
  task: Task,
): Promise<FoldRecord> {
  const found = await findFoldRecord(work.out, plan.fold, work.key)
  if (found !== undefined) return found
  const { detector, fitted } = await fitAndRank(plan, work, range, task)
  try {
    return await keepRecord(plan, work, fitted, await judgeFold(detector, plan, work, fitted.range, task))
  } finally {
    await detector.close()
  }
}
