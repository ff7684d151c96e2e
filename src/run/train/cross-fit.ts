/**
 * Scores of images by models that have not seen them: each share of the nominal units, or each single one where they are few, is
 * scored by a model fitted on the others, and each anomalous image by one of those models in turn.
 *
 * A threshold for a model that learns from every nominal image cannot be chosen on that model's own scores: images it has
 * learnt look better than any new one. The models here have learnt from a little less than the final one, so their scores
 * are a little high rather than too low.
 */
import type { ScoredSample } from '../../evaluate/evaluate-fold.ts'
import type { Unit } from '../../evaluate/units.ts'
import { createRandom } from '../../math/random.ts'
import type { Task } from '../../task.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import { createRangeSampler } from '../folder/map-range.ts'
import type { SharePlan, ShareWork } from './fit-share.ts'

export interface CrossFitted {
  readonly scored: readonly ScoredSample[]
  readonly shares: number
  /** Each share was one nominal unit. */
  readonly isLeaveOneOut: boolean
  /** Largest value of the map of every nominal image. */
  readonly nominalPeaks: readonly number[]
  /** Colour scale of the heat maps of what was scored. */
  readonly mapScale: ScoreRange
}

const mostShares = 5
/** With no more units than this each is left out alone: of so few, a fifth is much to do without. */
const mostLeftOutAlone = 10
/** Images whose maps set the colour scale. */
const sampledMaps = 80

/** @returns null with fewer than two nominal units: there is nothing to hold back. */
export async function crossFit(
  units: readonly Unit[],
  seed: number,
  work: ShareWork,
  task: Task,
): Promise<CrossFitted | null> {
  const random = createRandom(seed, 'cross-fit')
  const holders = random.shuffleInPlace(units.filter(({ nominal }) => nominal.length > 0))
  const shares = holders.length <= mostLeftOutAlone ? holders.length : mostShares
  if (shares < 2) return null
  const shareOf = new Map(holders.map((unit, i) => [unit.id, i % shares]))
  const others = random.shuffleInPlace(units.filter(({ nominal }) => nominal.length === 0))
  others.forEach((unit, i) => {
    shareOf.set(unit.id, i % shares)
  })
  const images = units.reduce((sum, unit) => sum + unit.nominal.length + unit.anomalous.length, 0)
  const stride = Math.max(1, Math.ceil(images / sampledMaps))
  let from = 0
  const plans = Array.from({ length: shares }, (_, share): SharePlan => {
    const held = units
      .filter(({ id }) => shareOf.get(id) === share)
      .flatMap(({ nominal, anomalous }) => [...nominal, ...anomalous])
    const train = holders.filter(({ id }) => shareOf.get(id) !== share).flatMap(({ nominal }) => nominal)
    const maps = { from, stride }
    from += held.length
    return { share, stream: ['cross-fit', share], train, held, maps }
  })
  const sampler = createRangeSampler()
  const scored: ScoredSample[] = []
  const nominalPeaks: number[] = []
  const progress = task.progress('threshold', 'models')
  try {
    let done = 0
    for await (const each of work.askAll(plans)) {
      scored.push(...each.scored)
      nominalPeaks.push(...each.peaks)
      sampler.merge(each.sampled)
      progress.update(++done, shares)
    }
  } finally {
    progress.end()
  }
  return {
    scored,
    shares,
    isLeaveOneOut: shares === holders.length,
    nominalPeaks,
    mapScale: sampler.range(),
  }
}
