/** The folds of a dataset, and an eye, for benches that train inside of them. */
import type { Sample } from '../src/dataset/sample.ts'
import { auroc } from '../src/evaluate/metrics/roc.ts'
import { planFolds, splitDefaults } from '../src/evaluate/split.ts'
import { groupUnits, resolveUnit } from '../src/evaluate/units.ts'
import { makeRequest } from '../src/options/request.ts'
import { checkAsk } from '../src/options/requests/check.ts'
import { openSamples } from '../src/run/open/open-samples.ts'
import { openRunVision } from '../src/run/open/open-vision.ts'
import { quietTask, type Task } from '../src/task.ts'

export const talkingTask: Task = { ...quietTask, note: (message) => console.error(message) }
export const benchMachine = { device: 'cpu', threads: 2 } as const

/** @param size - Side of the model input. */
export async function openFolds(
  dataset: string,
  { seed, folds, backbone, size }: { seed: number; folds: number; backbone: string | null; size: number },
) {
  const request = await makeRequest(checkAsk, {
    ...benchMachine,
    dataset,
    backbone,
    size: { width: size, height: size },
  })
  const { samples } = await openSamples(request, talkingTask)
  const { vision } = await openRunVision(request, talkingTask)
  const units = groupUnits(samples, resolveUnit(samples, 'auto'))
  return { vision, plans: planFolds(units, { ...splitDefaults, seed, folds }) }
}

/** Of samples and their scores, NaN for those that failed; of one defect where it is named. */
export function aurocOf(samples: readonly Sample[], scores: readonly number[], defect?: string): number {
  const kept = samples.flatMap((sample, i) => {
    const isWanted = sample.label === 'nominal' || defect === undefined || sample.defect === defect
    return isWanted && !Number.isNaN(scores[i]!)
      ? [[scores[i]!, Number(sample.label === 'anomalous')] as const]
      : []
  })
  return auroc(
    Float64Array.from(kept, ([score]) => score),
    Uint8Array.from(kept, ([, label]) => label),
  )!
}
