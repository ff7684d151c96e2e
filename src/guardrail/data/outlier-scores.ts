/** How strange every nominal image is to a detector that has not seen its part. */
import type { Sample } from '../../dataset/sample.ts'
import { groupUnits, type UnitKind } from '../../evaluate/units.ts'
import type { Random } from '../../math/random.ts'
import type { Task } from '../../task.ts'

/**
 * PatchCore with a small memory: what it misses of a large one is detail, and a suspect is looked at by a person. Its coreset
 * is left out (`candidates` = `bankSize`), since it keeps the strangest patches, those of unnoticed defects first.
 */
export const outlierDetector = {
  id: 'patchcore',
  options: { bankSize: 4096, candidates: 4096, peaks: 3 },
} as const
const shares = 3
/** Images that a share's detector learns from; whole units, drawn at random. */
const mostTrained = 400

export interface OutlierShare {
  readonly share: number
  readonly train: readonly Sample[]
  readonly held: readonly Sample[]
}

/** Who fits {@link outlierDetector} on what trains and scores what is held back. */
export interface OutlierWork {
  askAll(shares: readonly OutlierShare[]): AsyncIterable<{
    readonly scored: readonly { readonly sample: Sample; readonly score: number }[]
  }>
}

/**
 * @param samples - Nominal samples that can be decoded.
 * @returns Score by sample id; none with fewer than two units.
 * Cost: features of every image once, and three small fits, whatever the number of images.
 */
export async function outlierScoresOf(
  samples: readonly Sample[],
  unit: UnitKind,
  random: Random,
  work: OutlierWork,
  task: Task,
): Promise<ReadonlyMap<string, number>> {
  const scores = new Map<string, number>()
  const units = random.shuffleInPlace([...groupUnits(samples, unit)])
  const count = Math.min(shares, units.length)
  if (count < 2) return scores
  const plans = Array.from({ length: count }, (_, share): OutlierShare => {
    const held = units.filter((_, i) => i % count === share).flatMap(({ nominal }) => nominal)
    const train: Sample[] = []
    for (const [i, { nominal }] of units.entries()) {
      if (i % count !== share && train.length < mostTrained) train.push(...nominal)
    }
    return { share, train, held }
  })
  const progress = task.progress('strange images', 'images')
  try {
    for await (const { scored } of work.askAll(plans)) {
      for (const { sample, score } of scored) scores.set(sample.id, score)
      progress.update(scores.size, samples.length)
    }
  } finally {
    progress.end()
  }
  return scores
}
