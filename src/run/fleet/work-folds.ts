/** The folds of an evaluation on many workers: all are fitted at once, and each is judged as soon as its colour scale is known. */
import { join } from 'node:path'
import type { Sample } from '../../dataset/sample.ts'
import type { FoldPlan } from '../../evaluate/split.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import type { Mask } from '../../image/image.ts'
import { interestName } from '../../image/region-of-interest.ts'
import { present } from '../../present.ts'
import { mapConcurrent } from '../../task.ts'
import { type Step, stepId } from '../../work/step.ts'
import { readResultFile, type StepResult } from '../../work/step-result.ts'
import { putBlob } from '../../work/store.ts'
import { leaveOneOut } from '../evaluate/fit-fold.ts'
import { keepRecord } from '../evaluate/keep-record.ts'
import type { FoldWork } from '../evaluate/work-fold.ts'
import { type FoldRecord, findFoldRecord } from '../folder/fold-record.ts'
import type { Failure } from '../open/open-samples.ts'
import type { Crew } from './crew.ts'
import type { Fleet } from './fleet.ts'
import { checkInside } from './inside.ts'
import { learnByFleet } from './learn-by-fleet.ts'
import { orderOfMethod } from './method-order.ts'
import { refsOf } from './refs-of.ts'
import type { SampleRef } from './sample-ref.ts'
import {
  encodeMasks,
  type FitOrder,
  fitValueSchema,
  type JudgeOrder,
  judgeValueSchema,
} from './steps/fold-steps.ts'

/** @throws As `workFolds`, and as a fleet. */
export async function workFoldsByFleet(
  plans: readonly FoldPlan[],
  work: FoldWork,
  crew: Crew,
): Promise<readonly FoldRecord[]> {
  const { fleet } = crew
  const samples = [
    ...new Set(plans.flatMap(({ train, threshold, inference }) => [...train, ...threshold, ...inference])),
  ]
  const refs = new Map((await refsOf(samples, crew)).map((ref, i) => [samples[i]!, ref]))
  const pathOf = new Map(samples.map(({ id, path }) => [id, path]))
  const extras: Record<string, string> = {}
  for (const [name, bytes] of work.extras) extras[name] = await putBlob(fleet.store, bytes)
  const method = await orderOfMethod(work.configured, crew)
  const orderOf = ({ fold }: FoldPlan) => {
    const { input, pixels, fingerprint, preparation } = work.card
    const placed = { ...input, ...(input.roi && { roi: { ...input.roi, path: interestName } }) }
    return { ...method, input: placed, pixels: pixels ?? null, fingerprint, preparation, extras, seed, fold }
  }
  const namedBy = (of: readonly Sample[]): SampleRef[] => of.flatMap((sample) => refs.get(sample) ?? [])
  const { seed } = work.request
  const learning = await learnByFleet(
    plans.map((plan) => ({
      ...{ stream: ['fit', plan.fold], train: plan.train },
      needsImages: leaveOneOut(plan) !== null,
    })),
    { configured: work.configured, seed, method, refs },
    crew,
    'folds',
  )
  const fits = plans.map((plan, i): Step<FitOrder> => {
    const { from: train } = present(learning[i], 'what a fold learns from')
    const order = { ...orderOf(plan), isFirst: i === 0, train, threshold: namedBy(plan.threshold) }
    return { kind: 'fit', made: fleet.made, order }
  })
  const named = (failures: readonly Failure[]): Failure[] =>
    failures.map(({ path, reason }) => ({ path: pathOf.get(path) ?? path, reason }))

  const fitOf = async (i: number) => {
    await learning[i]?.ready()
    const result = await fleet.do(fits[i]!, `fold ${i + 1}/${plans.length}: fit`)
    const value = fitValueSchema.parse(result.value)
    return { result, value: { ...value, failures: named(value.failures) } }
  }
  const records = plans.map(async (plan, i): Promise<FoldRecord> => {
    const found = await findFoldRecord(work.out, plan.fold, work.key)
    if (found !== undefined) return found
    const [first, own] = await Promise.all([fitOf(0), fitOf(i)])
    const masks = await masksOf(plan, work)
    const order: JudgeOrder = {
      ...orderOf(plan),
      fit: stepId(fits[i]!),
      scale: stepId(fits[0]!),
      inference: namedBy(plan.inference),
      masks: masks.size === 0 ? null : await putBlob(fleet.store, encodeMasks(masks)),
    }
    const result = await fleet.do(
      { kind: 'judge', made: fleet.made, order },
      `fold ${i + 1}/${plans.length}: judge`,
    )
    const { failures, ...judged } = judgeValueSchema.parse(result.value)
    await placeFiles([own.result, result], work.out, fleet)
    const fitted = { ...own.value, range: first.value.range }
    return keepRecord(plan, work, fitted, { ...judged, failures: named(failures) })
  })
  const settled = await Promise.allSettled(records)
  const failed = settled.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return Promise.all(records)
}

async function masksOf({ inference }: FoldPlan, { masks }: FoldWork): Promise<ReadonlyMap<string, Mask>> {
  const found = new Map<string, Mask>()
  for (const sample of inference) {
    const mask = sample.label === 'anomalous' ? masks.find(sample) : null
    if (mask !== null) found.set(sample.id, mask)
  }
  return found
}

/** @throws {InputError} A content is gone from the store, or a file cannot be written. */
async function placeFiles(results: readonly StepResult[], out: string, { store }: Fleet): Promise<void> {
  const files = results.flatMap(({ files }) => files)
  const placed = mapConcurrent(files, 8, async (file) => {
    const bytes = await readResultFile(store, file)
    await writeFileAtomic(join(out, checkInside(file.path, store.place)), bytes)
  })
  for await (const _ of placed) {
    // each is done when it is taken
  }
}
