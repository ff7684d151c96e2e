/**
 * One look at every image before anything is planned: which can be decoded, how each lies in the model's input, and, where
 * step 0 of the protocol needs it, its mean embedding. Features land in the cache, so that folds only read them.
 */
import type { ImageFeatures } from '../../backbone/backbone.ts'
import { meanEmbedding } from '../../backbone/mean-embedding.ts'
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Frame } from '../../image/image.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { Failure } from './open-samples.ts'

export interface Seen {
  /** Samples whose image can be decoded, in their order. */
  readonly samples: readonly Sample[]
  readonly failures: readonly Failure[]
  /** By id. */
  readonly frames: ReadonlyMap<string, Frame>
  /** By id; only of samples that `wantsEmbedding` picked. */
  readonly embeddings: ReadonlyMap<string, Float32Array>
}

/** Whether step 0 of the protocol compares this sample: nominal, and published with a role. */
export const isCompared = ({ label, split }: Sample): boolean => label === 'nominal' && split !== null

export async function lookAtAll(
  samples: readonly Sample[],
  vision: Vision,
  stages: readonly string[],
  wantsEmbedding: (sample: Sample) => boolean,
  task: Task,
  /** Told of the features of every image that can be decoded. */
  onFeatures: (sample: Sample, features: ImageFeatures) => void = () => {},
): Promise<Seen> {
  const usable: Sample[] = []
  const failures: Failure[] = []
  const frames = new Map<string, Frame>()
  const embeddings = new Map<string, Float32Array>()
  let i = 0
  for await (const outcome of vision.features(samples, stages, task)) {
    checkCancelled(task)
    const sample = samples[i++]!
    if (!outcome.ok) {
      failures.push({ path: outcome.path, reason: outcome.error })
      task.note(`left out: ${outcome.path}: ${outcome.error}`)
      continue
    }
    usable.push(sample)
    frames.set(sample.id, outcome.value.frame)
    onFeatures(sample, outcome.value)
    if (wantsEmbedding(sample)) embeddings.set(sample.id, meanEmbedding(outcome.value))
  }
  return { samples: usable, failures, frames, embeddings }
}
