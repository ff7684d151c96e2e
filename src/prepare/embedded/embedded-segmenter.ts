/** The segmenter that needs no model file: scenes learned from the dataset, cut per photograph, outlines refined. */
import type { Image } from '../../image/image.ts'
import { keepObject } from '../keep-object.ts'
import { nothingFound, type Segmentation, type Segmenter } from '../segmenter.ts'
import { type CellFeatures, cellFeatures } from './cell-features.ts'
import { refineOutline } from './refine-outline.ts'
import { cutCells, learnScene, type Scene } from './scene.ts'

/** Scenes by the size of their photographs, `WxH`; photographs of other sizes are learned one by one. */
export type Scenes = Readonly<Record<string, Scene>>

export const sceneKey = ({ width, height }: { readonly width: number; readonly height: number }): string =>
  `${width}x${height}`

export function createEmbeddedSegmenter(scenes: Scenes): Segmenter {
  return {
    async segment(image) {
      const cells = cellFeatures(image)
      const scene = scenes[sceneKey(image)] ?? (await learnScene([cells], async () => {}))
      return cutObject(image, cells, scene)
    },
    async close() {},
  }
}

function cutObject(image: Image, cells: CellFeatures, scene: Scene): Segmentation {
  const { isObject, margin } = cutCells(scene, cells)
  if (!isObject.includes(1)) return nothingFound()
  const { mask, objects } = keepObject(refineOutline(image, cells, isObject))
  if (mask === null) return nothingFound()
  return { mask, objects, confidence: confidenceOf(isObject, margin), notes: [] }
}

/**
 * Share of the cells whose own features speak for the label that the cut gave them, object and background counted alike: 1 where
 * the two are told apart by what they look like, near 0.5 where only smoothness decides.
 */
function confidenceOf(isObject: Uint8Array, margin: Float32Array): number {
  const agreeing = [0, 0]
  const counts = [0, 0]
  for (let i = 0; i < isObject.length; i++) {
    const kind = isObject[i]!
    counts[kind]!++
    if (margin[i]! > 0 === (kind === 1)) agreeing[kind]!++
  }
  const share = (kind: 0 | 1): number => (counts[kind] === 0 ? 1 : agreeing[kind]! / counts[kind]!)
  return Math.round(1000 * Math.min(share(0), share(1))) / 1000
}
