/**
 * One look at every image before anything is planned: which can be decoded, how each lies in the model's input, and, where
 * step 0 of the protocol needs it, its mean embedding. Features land in the cache, so that folds only read them.
 */
import type { ImageFeatures } from '../../backbone/backbone.ts'
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import { cellsInContent } from '../../image/cell-range.ts'
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

/** Mean of every channel over the cells that show the picture, stage after stage. */
export function meanEmbedding({ maps, frame }: ImageFeatures): Float32Array {
  const means = new Float32Array(maps.reduce((sum, { channels }) => sum + channels, 0))
  let at = 0
  for (const { data, channels, rows, cols } of maps) {
    const range = cellsInContent(frame, rows, cols)
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0
      for (let row = range.row; row < range.row + range.rows; row++) {
        const line = (channel * rows + row) * cols
        for (let col = range.col; col < range.col + range.cols; col++) sum += data[line + col]!
      }
      means[at++] = sum / (range.rows * range.cols)
    }
  }
  return means
}
