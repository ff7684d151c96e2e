/**
 * The candidates of a bank: a sample of all training patches by priority (`../patches/priority-sample.ts`), drawn in one go, or a
 * shard of images at a time and merged. Both give the same rows.
 *
 * A shard cannot know which of its patches will be among the lowest of all. It tells of its lowest ones half as many again as its share
 * of the images makes likely, and whoever merges sees whether that was enough: it was where the highest of them lies beyond the last
 * candidate.
 */
import type { Vision } from '../../backbone/vision.ts'
import { InputError, ModelError, StatisticalError } from '../../errors.ts'
import type { Random } from '../../math/random.ts'
import { present } from '../../present.ts'
import { checkCancelled } from '../../task.ts'
import type { FitInput, GatheredShard, GatherInput } from '../detector.ts'
import { embedPatches } from '../patches/embed-patches.ts'
import type { PatchSettings } from '../patches/patch-settings.ts'
import { createPrioritySample, type DrawnRows, type PrioritySample } from '../patches/priority-sample.ts'
import { candidatesName, decodeCandidates, encodeCandidates } from './candidates-file.ts'

/** Of a shard's likely share of the candidates, what it tells: pictures of other shapes have other numbers of patches. */
const surplus = 1.5

interface Draw {
  readonly random: Random
  readonly capacity: number
  /** Place of each sample among the images that are drawn from; -1 for one that is not among them. */
  readonly places: readonly number[]
}

/** @param most - Candidates. @throws {StatisticalError} No image. @throws {InputError} An image fails. */
export async function collectCandidates(
  input: FitInput,
  settings: PatchSettings,
  most: number,
): Promise<DrawnRows> {
  const { samples, random } = input
  if (samples.length === 0) throw noImage()
  const [drawn] = await drawEach(input, settings, [{ random, capacity: most, places: [...samples.keys()] }])
  return present(drawn, 'features of at least one image')
}

/** As `SharedFit.gather` says. */
export async function gatherCandidates(
  { fits, ...input }: GatherInput,
  settings: PatchSettings,
  most: number,
): Promise<readonly Uint8Array[]> {
  const draws = fits.map(({ random, places, images, isFull }): Draw => {
    const own = places.reduce((sum, place) => sum + (place < 0 ? 0 : 1), 0)
    const likely = (most * own) / images
    const enough = Math.ceil(surplus * likely + 8 * Math.sqrt(likely) + 64)
    return { random, places, capacity: isFull ? most : Math.min(most, enough) }
  })
  return (await drawEach(input, settings, draws)).map(encodeCandidates)
}

/** As `SharedFit.fit` says. @returns What {@link collectCandidates} draws from the images of all shards. */
export async function mergeCandidates(
  shards: readonly GatheredShard[],
  most: number,
  { random, task }: Pick<FitInput, 'random' | 'task'>,
): Promise<DrawnRows> {
  // What more is told of some lowers the last candidate: the others then suffice all the more, so a second round is the last.
  let lacking: ReadonlySet<number> = new Set()
  for (let round = 0; round < 2; round++) {
    let sample: PrioritySample | undefined
    let dims: number | undefined
    /** Of the shards that did not tell all: the highest priority they told. */
    const told = new Map<number, number>()
    for (const [i, shard] of shards.entries()) {
      checkCancelled(task)
      const drawn = decodeCandidates(await shard.read(lacking.has(i)))
      if (drawn === null) continue
      dims ??= drawn.dims
      if (drawn.dims !== dims)
        throw new ModelError(candidatesName, `expected patches of ${dims} values, found ${drawn.dims}`)
      sample ??= createPrioritySample(dims, most, random.fork('candidates'))
      sample.merge(drawn)
      const count = drawn.priorities.length
      if (count < drawn.seen && count < most) told.set(i, highest(drawn))
    }
    if (sample === undefined) throw noImage()
    const merged = sample.drawn()
    const last = merged.priorities.length < most ? Number.POSITIVE_INFINITY : highest(merged)
    lacking = new Set([...told].flatMap(([i, priority]) => (priority > last ? [] : [i])))
    if (lacking.size === 0) return merged
  }
  throw new Error('shards that were to tell all did not')
}

const highest = ({ priorities }: DrawnRows): number =>
  priorities.reduce((most, priority) => Math.max(most, priority), -1)

/** One look at every image, for all draws. @returns Null for those that are given no image. */
async function drawEach(
  { samples, vision, task }: Pick<FitInput, 'samples' | 'task'> & { readonly vision: Vision },
  settings: PatchSettings,
  draws: readonly Draw[],
): Promise<readonly (DrawnRows | null)[]> {
  const drawn: (PrioritySample | null)[] = draws.map(() => null)
  let i = 0
  for await (const outcome of vision.features(samples, settings.stages, task)) {
    checkCancelled(task)
    if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
    const patches = embedPatches(outcome.value, settings)
    for (const [d, { random, capacity, places }] of draws.entries()) {
      const place = places[i]!
      if (place < 0) continue
      drawn[d] ??= createPrioritySample(patches.dims, capacity, random.fork('candidates'))
      drawn[d].add(place, patches.data)
    }
    i++
  }
  return drawn.map((sample) => sample?.drawn() ?? null)
}

const noImage = (): StatisticalError => new StatisticalError('PatchCore: no nominal image to learn from')
