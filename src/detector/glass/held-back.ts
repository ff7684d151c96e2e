/**
 * An honest reason to stop early: training images that are held back, and synthetic anomalies on them. How well their patches are told
 * apart says when training goes on without getting better, and no test image has a say in it.
 *
 * Whole parts are held back, so that no picture of a trained part is among the judges.
 */
import type { ImageRef } from '../../backbone/vision.ts'
import { InputError } from '../../errors.ts'
import type { SessionOptions } from '../../graph/index.ts'
import type { Random } from '../../math/random.ts'
import { checkCancelled } from '../../task.ts'
import { type AugmentOptions, augmentImages } from './augment-images.ts'
import type { GlassSettings, Standardisation } from './glass-file.ts'
import { openJudge } from './judge.ts'
import type { Networks } from './networks.ts'
import { embed, inContent } from './patch-embedding.ts'
import { changedShares } from './patch-pool.ts'
import { standardiseInPlace } from './standardise.ts'

/** Share of the parts that is held back, and the images at most. */
const [share, mostImages] = [0.1, 100]
/** Epochs without a better score after which training stops. */
const patience = 5

/** @returns Nothing held back where training ends by its budget, or where there is but one part. */
export function splitHeldBack(
  samples: readonly ImageRef[],
  stop: 'budget' | 'held-back',
  random: Random,
): { readonly train: readonly ImageRef[]; readonly held: readonly ImageRef[] } {
  const parts = new Map<string, ImageRef[]>()
  for (const ref of samples) {
    const part = ref.part == null ? `image ${ref.path}` : `part ${ref.part}`
    parts.set(part, [...(parts.get(part) ?? []), ref])
  }
  if (stop === 'budget' || parts.size < 2) return { train: samples, held: [] }
  const wanted = Math.max(1, Math.round(share * samples.length))
  const held = new Set<ImageRef>()
  for (const refs of random.shuffleInPlace([...parts.values()]).slice(1)) {
    if (held.size >= wanted) break
    for (const ref of refs) held.add(ref)
  }
  return { train: samples.filter((ref) => !held.has(ref)), held: [...held].slice(0, mostImages) }
}

export interface HeldBackInput {
  readonly settings: GlassSettings
  readonly standard: Standardisation
  readonly augment: AugmentOptions
  readonly random: Random
  readonly machine: SessionOptions
}

/** @returns null where nothing is held back. @throws {InputError} An image fails. */
export async function openHeldBack(
  held: readonly ImageRef[],
  { settings, standard, augment, random, machine }: HeldBackInput,
): Promise<{ judge(networks: Networks): Promise<number>; readonly patience: number } | null> {
  if (held.length === 0) return null
  const { vision, stages, embedding, task } = augment
  const nominal: Float32Array[] = []
  for await (const outcome of vision.features(held, stages, task)) {
    checkCancelled(task)
    if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
    nominal.push(standardiseInPlace(inContent(embed(outcome.value, embedding)).data, standard))
  }
  const anomalous: Float32Array[] = []
  for (const [i, ref] of held.entries()) {
    checkCancelled(task)
    const made = await augmentImages([{ ref, random: random.fork('held-back', i) }], augment)
    const patches = inContent(made[0]!.patches)
    const shares = changedShares(made[0]!.mask, patches)
    const { dims } = patches
    const rows = standardiseInPlace(patches.data, standard)
    shares.forEach((changed, row) => {
      if (changed >= 0.5) anomalous.push(rows.slice(row * dims, (row + 1) * dims))
    })
  }
  if (anomalous.length === 0) return null
  const [good, bad] = [joined(nominal), joined(anomalous)]
  return {
    patience,
    async judge(networks) {
      const judge = await openJudge(networks, settings.shape, settings.scale, machine)
      try {
        return chanceAbove(await judge.judge(bad), await judge.judge(good))
      } finally {
        await judge.close()
      }
    },
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** The chance that one of `upper` is above one of `lower`, ties counted one half. */
export function chanceAbove(upper: Float32Array, lower: Float32Array): number {
  const sorted = Float32Array.from(lower).sort()
  const below = (value: number, isStrict: boolean): number => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (isStrict ? sorted[middle]! < value : sorted[middle]! <= value) low = middle + 1
      else high = middle
    }
    return low
  }
  let sum = 0
  for (const value of upper) sum += below(value, true) + below(value, false)
  return sum / (2 * upper.length * lower.length)
}
