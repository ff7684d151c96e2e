/** As `look-at-all.ts`, tile by tile: an image can be used where all of its tiles can be looked at. */
import { meanEmbedding } from '../../backbone/mean-embedding.ts'
import type { ImageRef, Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import { joinedFrame, type TilePlan, tilesOf, type View } from '../../detector/view/view.ts'
import { InputError } from '../../errors.ts'
import type { Frame } from '../../image/image.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { Seen } from './look-at-all.ts'
import type { Failure } from './open-samples.ts'

/** Embeddings are means over the tiles, frames those of the joined maps. */
export async function lookAtTiles(
  samples: readonly Sample[],
  view: View,
  tiles: TilePlan,
  vision: Vision,
  stages: readonly string[],
  wantsEmbedding: (sample: Sample) => boolean,
  task: Task,
): Promise<Seen> {
  const failures: Failure[] = []
  const fail = (path: string, reason: string): void => {
    failures.push({ path, reason })
    task.note(`left out: ${path}: ${reason}`)
  }
  const cut: { readonly sample: Sample; readonly refs: readonly ImageRef[] }[] = []
  for (const sample of samples) {
    checkCancelled(task)
    try {
      cut.push({ sample, refs: await tilesOf(sample, view) })
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      fail(error.path, error.reason)
    }
  }
  const usable: Sample[] = []
  const frames = new Map<string, Frame>()
  const embeddings = new Map<string, Float32Array>()
  const all = cut.flatMap(({ refs }) => refs)
  const features = vision.features(all, stages, task)[Symbol.asyncIterator]()
  try {
    for (const { sample, refs } of cut) {
      checkCancelled(task)
      const means: Float32Array[] = []
      let reason: string | undefined
      for (const _ of refs) {
        const { done, value: outcome } = await features.next()
        if (done) throw new Error(`${sample.path}: a tile was not looked at`)
        if (!outcome.ok) reason ??= outcome.error
        else if (wantsEmbedding(sample)) means.push(meanEmbedding(outcome.value))
      }
      if (reason !== undefined) {
        fail(sample.path, reason)
        continue
      }
      usable.push(sample)
      const size = refs[0]?.crop?.of
      if (size !== undefined) frames.set(sample.id, joinedFrame(size, tiles))
      const [first, ...others] = means
      if (first !== undefined) embeddings.set(sample.id, meanOf(first, others))
    }
  } finally {
    await features.return?.()
  }
  return { samples: usable, failures, frames, embeddings }
}

function meanOf(first: Float32Array, others: readonly Float32Array[]): Float32Array {
  return first.map((value, i) => others.reduce((sum, other) => sum + other[i]!, value) / (1 + others.length))
}
