/** Features as they might come from a backbone, and a score graph at work on them. */
import type { ImageFeatures } from '../../../src/backbone/backbone.ts'
import type { Vision } from '../../../src/backbone/vision.ts'
import { openScorer } from '../../../src/detector/score-graph/open-scorer.ts'
import type { ScoreGraph } from '../../../src/detector/score-graph/score-graph.ts'
import type { Frame, ScoreMap, Size } from '../../../src/image/image.ts'
import { decodeFloat16, encodeFloat16 } from '../../../src/math/float16.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'

/** What each view of a size is given, image by image. */
const visionOf = (features: readonly (readonly ImageFeatures[])[], size: Size): Vision =>
  ({
    size,
    fit: 'pad',
    async *features() {
      for (const seen of features) {
        const value = seen.find(({ frame }) => frame.size.width === size.width)
        yield { ok: true, path: 'image', value } as const
      }
    },
    scaled: (factor: number) =>
      visionOf(features, { width: size.width * factor, height: size.height * factor }),
  }) as unknown as Vision

/** @param features - Of each image, or of each of its views. @param size - Of the model's input; default that of the features. */
export async function scoreByGraph(
  graph: ScoreGraph,
  features: readonly (ImageFeatures | readonly ImageFeatures[])[],
  size?: Size,
): Promise<readonly { readonly score: number; readonly map: ScoreMap }[]> {
  const seen = features.map((each) => ('maps' in each ? [each] : each))
  const scorer = openScorer(graph, { threads: 1 })
  const found: { score: number; map: ScoreMap }[] = []
  try {
    const vision = visionOf(seen, size ?? seen[0]![0]!.frame.size)
    for await (const outcome of scorer.score([], vision, quietTask)) {
      if (outcome.ok) found.push({ score: outcome.value.score, map: outcome.value.map() })
    }
  } finally {
    await scorer.close()
  }
  return found
}

export interface Stage {
  readonly stage: string
  readonly channels: number
  readonly stride: number
}

/** Random features of a picture that lies where the frame says. */
export function randomFeatures(frame: Frame, seed: number, stages: readonly Stage[]): ImageFeatures {
  const random = createRandom(seed)
  const maps = stages.map(({ stage, channels, stride }) => {
    const [rows, cols] = [Math.ceil(frame.size.height / stride), Math.ceil(frame.size.width / stride)]
    const data = Float32Array.from({ length: channels * rows * cols }, () => random.normal() + 1)
    return { stage, channels, rows, cols, data: decodeFloat16(encodeFloat16(data)) }
  })
  return { maps, frame }
}

/** Given patches as the features of a single stage, `only`. @param patches - float32 [rows * cols, dims]. */
export function patchFeatures(
  patches: Float32Array,
  { rows, cols, dims }: { readonly rows: number; readonly cols: number; readonly dims: number },
  size: Size,
): ImageFeatures {
  const cells = rows * cols
  const data = Float32Array.from(
    { length: patches.length },
    (_, at) => patches[(at % cells) * dims + Math.floor(at / cells)]!,
  )
  const content = { x: 0, y: 0, ...size }
  return {
    maps: [{ stage: 'only', channels: dims, rows, cols, data }],
    frame: { source: size, size, visible: content, content },
  }
}
