/** A model fitted on some images, and what it makes of others, which it has not seen. */
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Machine, Scratch } from '../../detector/detector.ts'
import type { ConfiguredMethod } from '../../detector/methods.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import { peakOf } from '../../inspect/regions.ts'
import { createRandom } from '../../math/random.ts'
import { checkCancelled, type Task } from '../../task.ts'
import { createRangeSampler, type SampledRange } from '../folder/map-range.ts'

export interface SharePlan {
  readonly share: number
  /** Names of the stream of random numbers that the fit draws from. */
  readonly stream: readonly (string | number)[]
  readonly train: readonly Sample[]
  /** Scored by the model. */
  readonly held: readonly Sample[]
  /** Of which maps are looked at: peaks of nominal images, and pixels of every `stride`-th, `from` others before; null for none. */
  readonly maps: { readonly from: number; readonly stride: number } | null
}

export interface ShareScores {
  /** In the order of `held`; images that fail are left out. */
  readonly scored: readonly { readonly sample: Sample; readonly score: number }[]
  readonly peaks: readonly number[]
  readonly sampled: SampledRange
}

/** Who does shares: this process one after the other, or workers all at once. */
export interface ShareWork {
  /** In the order of the plans. */
  askAll(plans: readonly SharePlan[]): AsyncIterable<ShareScores>
}

export interface ShareTools {
  readonly configured: ConfiguredMethod
  readonly vision: Vision
  readonly machine: Machine
  readonly seed: number
  /** Where a fit may go on from. */
  readonly scratchOf?: (share: number) => Scratch
}

export const sharesHere = (tools: ShareTools, task: Task): ShareWork => ({
  async *askAll(plans) {
    for (const plan of plans) {
      checkCancelled(task)
      yield await fitShare(plan, tools, task)
    }
  },
})

async function fitShare(
  plan: SharePlan,
  { configured: { method, options }, vision, machine, seed, scratchOf }: ShareTools,
  task: Task,
): Promise<ShareScores> {
  const scratch = scratchOf?.(plan.share) ?? null
  const random = createRandom(seed, ...plan.stream)
  const detector = await method.fit(
    { samples: plan.train, vision, random, task, scratch, ...machine },
    options,
  )
  try {
    return await scoreHeld(plan, createInspector({ detector, vision, operating: null }), task)
  } finally {
    await detector.close()
  }
}

/** The images that were held back, by a model that has not learnt them. */
export async function scoreHeld(
  { held, maps }: Pick<SharePlan, 'held' | 'maps'>,
  inspector: Pick<ReturnType<typeof createInspector>, 'inspectMany'>,
  task: Task,
): Promise<ShareScores> {
  const sampler = createRangeSampler()
  const scored: { sample: Sample; score: number }[] = []
  const peaks: number[] = []
  let i = 0
  for await (const outcome of inspector.inspectMany(held, { task })) {
    const at = i++
    if (!outcome.ok) continue
    const sample = held[at]!
    const { score, map, frame } = outcome.value
    scored.push({ sample, score })
    const isNominal = sample.label === 'nominal'
    const isSampled = maps !== null && (maps.from + at) % maps.stride === 0
    if (maps === null || !(isNominal || isSampled)) continue
    const values = map()
    if (isSampled) sampler.add(values, frame, isNominal)
    if (isNominal) peaks.push(peakOf(values, frame))
  }
  return { scored, peaks, sampled: sampler.sampled() }
}
