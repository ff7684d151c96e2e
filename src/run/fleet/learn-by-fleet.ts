/**
 * What fits learn from, as their steps say it: the images themselves, or, of many, steps that gather what is needed of them, each with
 * one look at a shard for all the fits. So a fit of a million images is the work of all workers, and none reads them all.
 */
import type { Sample } from '../../dataset/sample.ts'
import type { ConfiguredMethod } from '../../detector/methods.ts'
import { mustGet } from '../../present.ts'
import { type Step, stepId } from '../../work/step.ts'
import { once } from '../open/once.ts'
import type { Crew } from './crew.ts'
import type { MethodOrder } from './method-order.ts'
import { refsOf } from './refs-of.ts'
import type { SampleRef } from './sample-ref.ts'
import { gatherSize, leastGathered } from './shard-sizes.ts'
import type { GatherOrder, LearntFrom } from './steps/gather-step.ts'

export interface LearningFit {
  /** Names of the stream of random numbers that the fit draws from. */
  readonly stream: readonly (string | number)[]
  readonly train: readonly Sample[]
  /** Its step does more with the images than one fit on all of them. */
  readonly needsImages?: boolean
}

/** Of one fit. */
export interface Learning {
  readonly from: LearntFrom
  /** Until its step can be done. @throws As a fleet. */
  ready(): Promise<unknown>
}

export interface LearningTools {
  readonly configured: ConfiguredMethod
  readonly seed: number
  readonly method: MethodOrder
  /** Images as steps name them, where that is known. */
  readonly refs?: ReadonlyMap<Sample, SampleRef>
}

/** @throws {InputError} A file cannot be read, or the store not written. */
export async function learnByFleet(
  fits: readonly LearningFit[],
  { configured, seed, method, refs: known }: LearningTools,
  crew: Crew,
  label: string,
): Promise<readonly Learning[]> {
  const { fleet } = crew
  const all = [...new Set(fits.flatMap(({ train }) => train))]
  const refs = known === undefined ? await refsOf(all, crew) : all.map((sample) => mustGet(known, sample))
  const most = fits.reduce((length, { train }) => Math.max(length, train.length), 0)
  const isWhole = fits.some(({ needsImages }) => needsImages === true)
  if (configured.method.shared === undefined || most < leastGathered || isWhole) {
    const refOf = new Map(refs.map((ref, i) => [all[i], ref]))
    return fits.map(({ train }) => ({
      from: train.map((sample) => mustGet(refOf, sample)),
      ready: async () => {},
    }))
  }
  const placesOf = fits.map(({ train }) => new Map(train.map((sample, place) => [sample, place])))
  const count = Math.ceil(all.length / gatherSize)
  const steps = Array.from({ length: count }, (_, i): Step<GatherOrder> => {
    const [from, to] = [i * gatherSize, (i + 1) * gatherSize]
    const order: GatherOrder = {
      ...{ ...method, seed, images: refs.slice(from, to) },
      fits: fits.map(({ stream, train }, fit) => ({
        ...{ stream, images: train.length },
        places: all.slice(from, to).map((sample) => placesOf[fit]?.get(sample) ?? -1),
      })),
    }
    return { kind: 'gather', made: fleet.made, order }
  })
  const gather = once(() =>
    Promise.all(steps.map((step, i) => fleet.do(step, `${label}: gather ${i + 1}/${count}`))),
  )
  const ids = steps.map(stepId)
  return fits.map(({ train }, fit) => ({
    from: { images: train.length, steps: ids, fit },
    ready: gather,
  }))
}
