/** Scores of images in their order, with what cannot be read told apart. */
import type { Sample } from '../../dataset/sample.ts'
import type { Inspection, Inspector } from '../../inspect/inspector.ts'
import type { Task } from '../../task.ts'
import type { Failure } from '../open/open-samples.ts'

export type Scores = [id: string, score: number][]

/** @param each - Told of every image that was scored. */
export async function scoreAll(
  inspector: Inspector,
  samples: readonly Sample[],
  label: string,
  task: Task,
  each: (sample: Sample, value: Inspection) => void | Promise<void>,
): Promise<{ scores: Scores; failures: Failure[] }> {
  const scores: Scores = []
  const failures: Failure[] = []
  const progress = task.progress(label, 'images')
  try {
    let i = 0
    for await (const outcome of inspector.inspectMany(samples, { task })) {
      const sample = samples[i++]!
      if (outcome.ok) {
        scores.push([sample.id, outcome.value.score])
        await each(sample, outcome.value)
      } else failures.push({ path: outcome.path, reason: outcome.error })
      progress.update(i, samples.length)
    }
  } finally {
    progress.end()
  }
  return { scores, failures }
}
