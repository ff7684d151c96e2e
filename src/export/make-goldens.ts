/** What this program gives for a picture, stage by stage: the goldens that an exported model is held to. */

import type { ImageFeatures } from '../backbone/backbone.ts'
import type { OpenVision } from '../backbone/create-vision.ts'
import type { Detector } from '../detector/detector.ts'
import type { Operating } from '../evaluate/evaluate-fold.ts'
import type { Frame, Image, PreparedImage } from '../image/image.ts'
import { prepareImage } from '../image/prepare-image.ts'
import { createInspector } from '../inspect/create-inspector.ts'
import { present } from '../present.ts'
import type { StageValues } from './gate.ts'

/** Every stage is there. */
export type Golden = Required<StageValues> & {
  readonly prepared: PreparedImage
  readonly extracted: ImageFeatures
}

export interface GoldenMaker {
  make(image: Image): Promise<Golden>
  scoreOf(image: Image): Promise<number>
}

/** @param vision - Of one image to a run. @param stages - Whose features the detector takes. */
export function goldenMaker(
  detector: Detector,
  vision: OpenVision,
  stages: readonly string[],
  operating: Operating | null,
): GoldenMaker {
  const inspector = createInspector({ detector, vision, operating })
  return {
    scoreOf: async (image) => (await inspector.inspect(image)).score,
    async make(image) {
      const prepared = prepareImage(image, vision.size, vision.fit)
      const extracted = present((await vision.extract([prepared], stages))[0], 'features')
      const { score, verdict, map, frame } = await inspector.inspect(image)
      return {
        score,
        verdict,
        frame: contentOf(frame),
        map: map().data,
        resized: prepared.data,
        features: Object.fromEntries(extracted.maps.map(({ stage, data }) => [stage, data])),
        prepared,
        extracted,
      }
    },
  }
}

/** left, top, width, height */
export const contentOf = ({ content: { x, y, width, height } }: Frame): readonly number[] => [
  x,
  y,
  width,
  height,
]
