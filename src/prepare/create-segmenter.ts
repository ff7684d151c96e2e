/** From a plan, which is data and may cross to a thread, to the segmenter that works in it. */
import { createEmbeddedSegmenter, type Scenes } from './embedded/embedded-segmenter.ts'
import { masksSegmenter } from './masks/masks-segmenter.ts'
import { nothingFound, type Segmenter } from './segmenter.ts'

export type SegmenterPlan =
  | { readonly id: 'none' }
  | { readonly id: 'masks' }
  | { readonly id: 'embedded'; readonly scenes: Scenes }

export function createSegmenter(plan: SegmenterPlan): Segmenter {
  if (plan.id === 'embedded') return createEmbeddedSegmenter(plan.scenes)
  return plan.id === 'masks' ? masksSegmenter : blind
}

/** Finds nothing, and does not mind. */
const blind: Segmenter = {
  segment: async () => nothingFound(),
  close: async () => {},
}
