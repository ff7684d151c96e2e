/** Models fitted by workers, and what they make of images that were held back. */
import type { Sample } from '../../dataset/sample.ts'
import { present } from '../../present.ts'
import { mapConcurrent } from '../../task.ts'
import { readResultFile, type StepResult } from '../../work/step-result.ts'
import type { SharePlan, ShareTools, ShareWork } from '../train/fit-share.ts'
import type { Crew } from './crew.ts'
import { floatsOf } from './floats.ts'
import { type Learning, learnByFleet } from './learn-by-fleet.ts'
import { orderOfMethod } from './method-order.ts'
import { refsOf } from './refs-of.ts'
import { keptFolder, type TrainOrder, trainValueSchema } from './steps/train-step.ts'

/** All shares at once, after one look for all of them where that is shared out. @throws As a fleet. */
export async function sharesByFleet(
  { configured, seed }: Pick<ShareTools, 'configured' | 'seed'>,
  crew: Crew,
): Promise<ShareWork> {
  const method = await orderOfMethod(configured, crew)
  return {
    async *askAll(plans) {
      const learnt = await learnByFleet(plans, { configured, seed, method }, crew, 'shares')
      yield* mapConcurrent(plans, Number.POSITIVE_INFINITY, async (plan, i) => {
        const order = { ...method, seed, stream: plan.stream, maps: plan.maps, isKept: false }
        const { value } = await train(learnt[i], plan.held, order, crew, `share ${plan.share + 1}`)
        const { scored, peaks, sampled } = trainValueSchema.parse(value)
        return {
          scored: scored.flatMap(([at, score]) => {
            const sample = plan.held[at]
            return sample === undefined ? [] : [{ sample, score }]
          }),
          peaks,
          sampled: { nominal: floatsOf(sampled.nominal), all: floatsOf(sampled.all) },
        }
      })
    },
  }
}

/** The files of a fitted model, by name. @throws As a fleet; {InputError} one is gone from the store. */
export async function modelByFleet(
  plan: Pick<SharePlan, 'stream' | 'train'>,
  { configured, seed }: Pick<ShareTools, 'configured' | 'seed'>,
  crew: Crew,
  label: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const method = await orderOfMethod(configured, crew)
  const [learnt] = await learnByFleet([plan], { configured, seed, method }, crew, label)
  const order = { ...method, seed, stream: plan.stream, maps: null, isKept: true }
  const { files } = await train(learnt, [], order, crew, label)
  const found = new Map<string, Uint8Array>()
  for (const file of files) {
    if (!file.path.startsWith(`${keptFolder}/`)) continue
    found.set(file.path.slice(keptFolder.length + 1), await readResultFile(crew.fleet.store, file))
  }
  return found
}

async function train(
  learning: Learning | undefined,
  held: readonly Sample[],
  order: Omit<TrainOrder, 'train' | 'held'>,
  crew: Crew,
  label: string,
): Promise<StepResult> {
  const { from, ready } = present(learning, 'what a fit learns from')
  const whole: TrainOrder = { ...order, train: from, held: await refsOf(held, crew) }
  await ready()
  return crew.fleet.do({ kind: 'train', made: crew.fleet.made, order: whole }, label)
}
