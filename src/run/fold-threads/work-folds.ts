/** The folds of an evaluation on the threads of this machine: as many at once as there are threads, and one more, so that none waits. */
import type { FoldPlan } from '../../evaluate/split.ts'
import { mapConcurrent, type Task } from '../../task.ts'
import { keepRecord } from '../evaluate/keep-record.ts'
import type { FoldWork } from '../evaluate/work-fold.ts'
import { type FoldRecord, findFoldRecord } from '../folder/fold-record.ts'
import type { FoldThreads } from './fold-threads.ts'
import type { FoldFacts } from './thread-jobs.ts'

/** @throws As `workFolds`. */
export async function workFoldsByThreads(
  plans: readonly FoldPlan[],
  work: FoldWork,
  foldThreads: FoldThreads,
  task: Task,
): Promise<readonly FoldRecord[]> {
  const { out, key, card, extras, masks } = work
  const facts: FoldFacts = {
    out,
    key,
    card,
    extras,
    request: { seed: work.request.seed, folds: plans.length },
  }
  const found = await Promise.all(plans.map(({ fold }) => findFoldRecord(out, fold, key)))
  const fits = new Map<number, ReturnType<FoldThreads['fit']>>()
  const fitOf = (i: number): ReturnType<FoldThreads['fit']> => {
    const fit = fits.get(i) ?? foldThreads.fit(facts, plans[i]!, i === 0, task)
    fits.set(i, fit)
    return fit
  }
  const records: FoldRecord[] = []
  const working = mapConcurrent(plans, foldThreads.count + 1, async (plan, i) => {
    const record = found[i]
    if (record !== undefined) return record
    const fitted = await fitOf(i)
    const { range } = found[0] ?? (await fitOf(0))
    const isLast = i === plans.length - 1
    const judged = await foldThreads.judge(facts, plan, { masks, range, isLast }, task)
    return keepRecord(plan, work, { ...fitted, range }, judged)
  })
  for await (const record of working) records.push(record)
  return records
}
