/** One picture with the exact masks that go with it, from its specification: expose, compose, develop. */
import type { Image, Mask, Size } from '../image/image.ts'
import { backdropOf } from './backdrop.ts'
import { compose } from './compose.ts'
import { developInPlace } from './develop.ts'
import type { Layers } from './forged-object.ts'
import { exposeObject, forgedObjects } from './forged-objects.ts'
import type { FileSpec, RenderSpec } from './render-spec.ts'

export interface Rendering {
  readonly image: Image
  /** Pixels in which a defect can be seen. */
  readonly defectMask: Mask
  /** Pixels of the part; neither fixture nor background. */
  readonly foreground: Mask
  /** Enough of a defect can be seen. */
  readonly isAnomalous: boolean
}

/**
 * Pure: the same specification gives the same bytes.
 *
 * @param layers - Of the same specification, or of one that differs only in what layers do not depend on.
 */
export function renderPicture(spec: RenderSpec, layers: Layers = exposeObject(spec)): Rendering {
  const { width, height } = layers
  const isAnomalous = layers.defect.reduce((sum, inside) => sum + inside, 0) >= spec.leastDefectPixels
  const scene = (isAnomalous && spec.whenAnomalous?.scene) || spec.scene
  const backdrop = backdropOf(scene, forgedObjects[spec.part.object].backdrop)
  const { light, foreground } = compose(layers, backdrop, spec.view, scene)
  const { shift } = fileOf(spec, isAnomalous)
  const image = developInPlace(light, width, height, scene)
  return {
    image: { ...image, data: shifted(image.data, image, 3, shift) },
    defectMask: { width, height, data: shifted(layers.defect.slice(), layers, 1, shift) },
    foreground: { width, height, data: shifted(foreground, layers, 1, shift) },
    isAnomalous,
  }
}

export const fileOf = (spec: RenderSpec, isAnomalous: boolean): FileSpec =>
  (isAnomalous && spec.whenAnomalous?.file) || spec.file

/** Moves a picture, repeating its edge. */
function shifted(
  data: Uint8Array,
  { width, height }: Size,
  channels: number,
  [right, down]: FileSpec['shift'],
): Uint8Array {
  if (right === 0 && down === 0) return data
  const moved = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    const row = Math.min(height - 1, Math.max(0, y - down))
    for (let x = 0; x < width; x++) {
      const column = Math.min(width - 1, Math.max(0, x - right))
      const from = (row * width + column) * channels
      moved.set(data.subarray(from, from + channels), (y * width + x) * channels)
    }
  }
  return moved
}
