/** Models fitted by workers, and what they make of images that were held back. */
import type { Sample } from '../../dataset/sample.ts'
import { readResultFile, type StepResult } from '../../work/step-result.ts'
import type { SharePlan, ShareTools, ShareWork } from '../train/fit-share.ts'
import type { Crew } from './crew.ts'
import { floatsOf } from './floats.ts'
import { type MethodOrder, orderOfMethod } from './method-order.ts'
import { filesOfMask, refOf, type SampleRef } from './sample-ref.ts'
import { keptFolder, type TrainOrder, trainValueSchema } from './steps/train-step.ts'

/** All shares at once. @throws As a fleet. */
export async function sharesByFleet(
  { configured, seed }: Pick<ShareTools, 'configured' | 'seed'>,
  crew: Crew,
): Promise<ShareWork> {
  const method = await orderOfMethod(configured, crew)
  return {
    together: Number.POSITIVE_INFINITY,
    async ask(plan) {
      const { value } = await train({ ...plan, isKept: false }, method, seed, crew, `share ${plan.share + 1}`)
      const { scored, peaks, sampled } = trainValueSchema.parse(value)
      return {
        scored: scored.flatMap(([at, score]) => {
          const sample = plan.held[at]
          return sample === undefined ? [] : [{ sample, score }]
        }),
        peaks,
        sampled: { nominal: floatsOf(sampled.nominal), all: floatsOf(sampled.all) },
      }
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
  const { files } = await train({ ...plan, held: [], maps: null, isKept: true }, method, seed, crew, label)
  const found = new Map<string, Uint8Array>()
  for (const file of files) {
    if (!file.path.startsWith(`${keptFolder}/`)) continue
    found.set(file.path.slice(keptFolder.length + 1), await readResultFile(crew.fleet.store, file))
  }
  return found
}

async function train(
  { stream, train, held, maps, isKept }: Omit<SharePlan, 'share'> & Pick<TrainOrder, 'isKept'>,
  method: MethodOrder,
  seed: number,
  crew: Crew,
  label: string,
): Promise<StepResult> {
  const order: TrainOrder = {
    ...{ ...method, seed, stream, maps, isKept },
    train: await refsOf(train, crew),
    held: await refsOf(held, crew),
  }
  return crew.fleet.do({ kind: 'train', made: crew.fleet.made, order }, label)
}

/** Samples as steps name them, their files in the store. */
export async function refsOf(
  samples: readonly Sample[],
  { bring, contents }: Crew,
): Promise<readonly SampleRef[]> {
  await bring(samples.flatMap(({ path, foreground }) => [path, ...filesOfMask(foreground)]))
  const refs: SampleRef[] = []
  for (const sample of samples) refs.push(await refOf(sample, contents))
  return refs
}
