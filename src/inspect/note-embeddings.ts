/** What the network saw of a picture, as one vector, taken on its way to the detector: it costs no look of its own. */
import type { OpenVision } from '../backbone/create-vision.ts'
import { meanEmbedding } from '../backbone/mean-embedding.ts'
import type { ImageRef } from '../backbone/vision.ts'

/**
 * The same vision, which tells the mean features of every whole picture that a detector asks it for. Detectors that look at scaled
 * pictures ({@link OpenVision.scaled}) have none.
 */
export function noteEmbeddings(
  vision: OpenVision,
  tell: (ref: ImageRef, embedding: Float32Array) => void,
): OpenVision {
  return {
    ...vision,
    async *features(refs, stages, task) {
      let i = 0
      for await (const outcome of vision.features(refs, stages, task)) {
        const ref = refs[i++]!
        if (outcome.ok) tell(ref, meanEmbedding(outcome.value))
        yield outcome
      }
    },
  }
}
