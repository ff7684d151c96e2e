/** The folds of an evaluation on many workers: all are fitted at once, and each is judged as soon as its colour scale is known. */
import type { Sample } from '../../dataset/sample.ts'
import type { FoldPlan } from '../../evaluate/split.ts'
import { mustGet, present } from '../../present.ts'
import { leaveOneOut } from '../evaluate/fit-fold.ts'
import { keepRecord } from '../evaluate/keep-record.ts'
import type { FoldWork } from '../evaluate/work-fold.ts'
import { type FoldRecord, findFoldRecord } from '../folder/fold-record.ts'
import { once } from '../open/once.ts'
import type { Crew } from './crew.ts'
import { together } from './first-failure.ts'
import { type FoldTools, fitByFleet, judgeByFleet, placeFit } from './fold-by-fleet.ts'
import { learnByFleet } from './learn-by-fleet.ts'
import { orderOfMethod } from './method-order.ts'
import { refsOf } from './refs-of.ts'

/** @throws As `workFolds`, and as a fleet: with the first fold that fails. */
export async function workFoldsByFleet(
  plans: readonly FoldPlan[],
  work: FoldWork,
  crew: Crew,
): Promise<readonly FoldRecord[]> {
  const { fleet } = crew
  const { configured } = work
  const samples: readonly Sample[] = [
    ...new Set(plans.flatMap(({ train, threshold, inference }) => [...train, ...threshold, ...inference])),
  ]
  const refs = new Map((await refsOf(samples, crew)).map((ref, i) => [samples[i]!, ref]))
  const pathOf = new Map(samples.map(({ id, path }) => [id, path]))
  const method = await orderOfMethod(configured, crew)
  const { seed } = work.request
  const needed = together(fleet)
  const tools: FoldTools = {
    ...{ fleet, method, seed, together: needed },
    refsOf: (of) => of.map((sample) => mustGet(refs, sample)),
    named: (failures) => failures.map(({ path, reason }) => ({ path: pathOf.get(path) ?? path, reason })),
  }
  const learning = await learnByFleet(
    plans.map((plan) => ({
      ...{ stream: ['fit', plan.fold], train: plan.train },
      needsImages: leaveOneOut(plan) !== null,
    })),
    { configured, seed, method, refs },
    crew,
    'folds',
  )
  const found = await Promise.all(plans.map(({ fold }) => findFoldRecord(work.out, fold, work.key)))
  const fits = plans.map((plan, i) =>
    once(() =>
      fitByFleet(
        plan,
        {
          ...{ label: labelOf(i), isFirst: i === 0 },
          learning: present(learning[i], 'what a fold learns from'),
        },
        tools,
      ),
    ),
  )
  const scale = once(async () => found[0]?.range ?? (await present(fits[0], 'the first fold')()).fitted.range)
  const records = plans.map(async (plan, i): Promise<FoldRecord> => {
    const record = found[i]
    if (record !== undefined) return record
    const [fit, range] = await Promise.all([present(fits[i], 'a fold')(), scale()])
    const fitted = { ...fit.fitted, range }
    const judged = await judgeByFleet(plan, labelOf(i), fit.id, range, work, tools)
    await placeFit(plan, fit, fitted, work, fleet)
    return keepRecord(plan, work, fitted, judged)
  })
  return needed.all(records.map((record) => needed.of(record)))

  function labelOf(i: number): string {
    return `fold ${i + 1}/${plans.length}`
  }
}
