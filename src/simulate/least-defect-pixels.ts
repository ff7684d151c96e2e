/** From how much of a defect on a picture is anomalous. */
import type { Size } from '../image/image.ts'
import { pixelFootprint } from './camera.ts'

/** Side of a pixel of a picture of 200x267, mm. */
const referenceFootprint = pixelFootprint({ width: 200, height: 267 })

/** Visible defect pixels from which a picture is anomalous: 20 at 200x267, the same area on the part at any other size. */
export function leastDefectPixels(size: Size): number {
  return Math.max(1, Math.round(20 * (referenceFootprint / pixelFootprint(size)) ** 2))
}
