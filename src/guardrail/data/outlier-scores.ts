/** How strange every nominal image is to a detector that has not seen its part. */
import type { ImageRef, Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Machine } from '../../detector/detector.ts'
import { configureMethod } from '../../detector/methods.ts'
import { groupUnits, type UnitKind } from '../../evaluate/units.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import type { Random } from '../../math/random.ts'
import { checkCancelled, type Task } from '../../task.ts'

/**
 * PatchCore with a small memory: what it misses of a large one is detail, and a suspect is looked at by a person. Its coreset
 * is left out (`candidates` = `bankSize`), since it keeps the strangest patches, those of unnoticed defects first.
 */
const detector = { id: 'patchcore', options: { bankSize: 4096, candidates: 4096, peaks: 3 } } as const
const shares = 3
/** Images that a share's detector learns from; whole units, drawn at random. */
const mostTrained = 400

/**
 * @param samples - Nominal samples that can be decoded.
 * @returns Score by sample id; none with fewer than two units.
 * Cost: features of every image once, and three small fits, whatever the number of images.
 */
export async function outlierScoresOf(
  samples: readonly Sample[],
  unit: UnitKind,
  vision: Vision,
  random: Random,
  machine: Machine,
  task: Task,
): Promise<ReadonlyMap<string, number>> {
  const scores = new Map<string, number>()
  const units = random.shuffleInPlace([...groupUnits(samples, unit)])
  const count = Math.min(shares, units.length)
  if (count < 2) return scores
  const { method, options } = await configureMethod(detector.id, detector.options)
  const progress = task.progress('strange images', 'images')
  try {
    for (let share = 0; share < count; share++) {
      checkCancelled(task)
      const held = units.filter((_, i) => i % count === share).flatMap(({ nominal }) => nominal)
      const train: ImageRef[] = []
      for (const [i, { nominal }] of units.entries()) {
        if (i % count !== share && train.length < mostTrained) train.push(...nominal)
      }
      const fitted = await method.fit(
        { samples: train, vision, random: random.fork(share), task, ...machine },
        options,
      )
      const inspector = createInspector({
        detector: fitted,
        vision,
        operating: null,
        close: () => fitted.close(),
      })
      try {
        let i = 0
        for await (const outcome of inspector.inspectMany(held, { task })) {
          const { id } = held[i++]!
          if (outcome.ok) scores.set(id, outcome.value.score)
          progress.update(scores.size, samples.length)
        }
      } finally {
        await inspector.close()
      }
    }
  } finally {
    progress.end()
  }
  return scores
}
