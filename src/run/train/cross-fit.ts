/**
 * Scores of images by models that have not seen them: each share of the nominal units, or each single one where they are few, is
 * scored by a model fitted on the others, and each anomalous image by one of those models in turn.
 *
 * A threshold for a model that learns from every nominal image cannot be chosen on that model's own scores: images it has
 * learnt look better than any new one. The models here have learnt from a little less than the final one, so their scores
 * are a little high rather than too low.
 */
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Scratch } from '../../detector/detector.ts'
import type { ConfiguredMethod } from '../../detector/methods.ts'
import type { ScoredSample } from '../../evaluate/evaluate-fold.ts'
import type { Unit } from '../../evaluate/units.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import { peakOf } from '../../inspect/regions.ts'
import { createRandom } from '../../math/random.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import { createRangeSampler } from '../folder/map-range.ts'

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

/**
 * @param scratchOf - Where each share's fit may go on from.
 * @returns null with fewer than two nominal units: there is nothing to hold back.
 */
export async function crossFit(
  units: readonly Unit[],
  { method, options }: ConfiguredMethod,
  vision: Vision,
  seed: number,
  machine: { readonly device: string; readonly threads: number },
  scratchOf: (share: number) => Scratch,
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
  const sampler = createRangeSampler()
  const images = units.reduce((sum, unit) => sum + unit.nominal.length + unit.anomalous.length, 0)
  const stride = Math.max(1, Math.ceil(images / sampledMaps))
  const scored: ScoredSample[] = []
  const nominalPeaks: number[] = []
  const progress = task.progress('threshold', 'models')
  try {
    for (let share = 0; share < shares; share++) {
      checkCancelled(task)
      const held = units.filter(({ id }) => shareOf.get(id) === share)
      const train = holders.filter(({ id }) => shareOf.get(id) !== share).flatMap(({ nominal }) => nominal)
      const samples: Sample[] = held.flatMap(({ nominal, anomalous }) => [...nominal, ...anomalous])
      const detector = await method.fit(
        { samples: train, vision, random: random.fork(share), task, scratch: scratchOf(share), ...machine },
        options,
      )
      const inspector = createInspector({ detector, vision, operating: null, close: () => detector.close() })
      try {
        let i = 0
        for await (const outcome of inspector.inspectMany(samples, { task })) {
          const sample = samples[i++]!
          if (!outcome.ok) continue
          const { score, map, frame } = outcome.value
          const isNominal = sample.label === 'nominal'
          const isSampled = scored.length % stride === 0
          scored.push({ sample, score })
          if (!isNominal && !isSampled) continue
          const values = map()
          if (isSampled) sampler.add(values, frame, isNominal)
          if (isNominal) nominalPeaks.push(peakOf(values, frame))
        }
      } finally {
        await inspector.close()
      }
      progress.update(share + 1, shares)
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
