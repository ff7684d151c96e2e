/** The same images once more, changed: what the fitted model makes of them. */
import { type Perturb, perturbVision } from '../../backbone/perturb-vision.ts'
import type { Label, Sample } from '../../dataset/sample.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import type { Random } from '../../math/random.ts'
import { mustGet } from '../../present.ts'
import { type Task, withoutProgress } from '../../task.ts'
import type { FittedRun, JudgedImage } from './fitted-run.ts'

/**
 * Scores of changed images in the order of `samples`; NaN for one that fails.
 *
 * Cost: decoding each picture once for all changes, and features and score of each anew.
 */
export async function rescore(
  { detector, held }: Pick<FittedRun, 'detector' | 'held'>,
  samples: readonly Sample[],
  perturb: Perturb,
  task: Task,
): Promise<Float64Array> {
  const scores = new Float64Array(samples.length).fill(NaN)
  const inspector = createInspector({ detector, vision: perturbVision(held, perturb), operating: null })
  let i = 0
  for await (const outcome of inspector.inspectMany(samples, { task: withoutProgress(task) })) {
    if (outcome.ok) scores[i] = outcome.value.score
    i++
  }
  return scores
}

/**
 * At most `most` images of a label, drawn at random but a unit at a time in turn: as many different units as there are.
 *
 * @returns Sorted by id, so that a smaller draw of the same stream need not be a part of a larger one.
 */
export function drawImages(
  judged: readonly JudgedImage[],
  label: Label,
  most: number,
  random: Random,
): readonly JudgedImage[] {
  const shuffled = random.shuffleInPlace(judged.filter(({ sample }) => sample.label === label))
  const taken = new Map<string, number>()
  const turn = new Map(
    shuffled.map((image) => {
      const own = taken.get(image.unit) ?? 0
      taken.set(image.unit, own + 1)
      return [image, own]
    }),
  )
  return shuffled
    .sort((a, b) => mustGet(turn, a) - mustGet(turn, b))
    .slice(0, most)
    .sort((a, b) => (a.sample.id < b.sample.id ? -1 : 1))
}
