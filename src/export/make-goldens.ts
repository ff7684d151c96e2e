/** What this program gives for a picture, stage by stage: the goldens that an exported model is held to. */

import type { FeatureMap } from '../backbone/backbone.ts'
import type { OpenVision } from '../backbone/create-vision.ts'
import type { Detector } from '../detector/detector.ts'
import type { ScoreGraph } from '../detector/score-graph/score-graph.ts'
import { ownView, stageInView, viewFeatures } from '../detector/score-graph/views.ts'
import { InputError } from '../errors.ts'
import type { Operating } from '../evaluate/evaluate-fold.ts'
import type { Frame, Image, PreparedImage } from '../image/image.ts'
import { prepareImage } from '../image/prepare-image.ts'
import { createInspector } from '../inspect/create-inspector.ts'
import { quietTask } from '../task.ts'
import type { StageValues } from './gate.ts'

/** Every stage is there. */
export type Golden = Required<StageValues> & {
  readonly prepared: PreparedImage
  /** Of each stage in each view. */
  readonly maps: readonly FeatureMap[]
}

export interface GoldenMaker {
  make(image: Image): Promise<Golden>
  scoreOf(image: Image): Promise<number>
}

/** @param vision - Of one image to a run. @param graph - The detector's. */
export function goldenMaker(
  detector: Detector,
  vision: OpenVision,
  { views = [ownView], stages }: Pick<ScoreGraph, 'stages' | 'views'>,
  operating: Operating | null,
): GoldenMaker {
  const inspector = createInspector({ detector, vision, operating })
  const featuresOf = async (image: Image): Promise<readonly FeatureMap[]> => {
    const ref = { path: 'fixture', picture: image }
    for await (const outcome of viewFeatures([ref], vision, views, stages, quietTask)) {
      if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
      return outcome.value.flatMap(({ maps }, i) =>
        maps.map((map) => ({ ...map, stage: stageInView(map.stage, views[i]!) })),
      )
    }
    throw new Error('a fixture without features')
  }
  return {
    scoreOf: async (image) => (await inspector.inspect(image)).score,
    async make(image) {
      const prepared = prepareImage(image, vision.size, vision.fit)
      const maps = await featuresOf(image)
      const { score, verdict, map, frame } = await inspector.inspect(image)
      return {
        score,
        verdict,
        frame: contentOf(frame),
        map: map().data,
        resized: prepared.data,
        features: Object.fromEntries(maps.map(({ stage, data }) => [stage, data])),
        prepared,
        maps,
      }
    },
  }
}

/** left, top, width, height */
const contentOf = ({ content: { x, y, width, height } }: Frame): readonly number[] => [x, y, width, height]
