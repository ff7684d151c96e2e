/** The plane that a texture is drawn in: turned, scaled, stretched and warped against the pixels. */
import type { Size } from '../../image/image.ts'
import type { Random } from '../../math/random.ts'

/** Where each pixel's centre lies in the plane; 1 is the period of the pattern. */
export interface Plane extends Size {
  readonly u: Float64Array // [height, width], along the pattern
  readonly v: Float64Array // [height, width], across it
}

export interface PlaneSettings {
  /** Pixels in a period. */
  readonly period: number
  /** Radians. */
  readonly angle: number
  /** How much longer the period is along than across; 1 is square. */
  readonly stretch: number
}

export function createPlane({ width, height }: Size, settings: PlaneSettings, random: Random): Plane {
  const u = new Float64Array(width * height)
  const v = new Float64Array(width * height)
  const { period, angle, stretch } = settings
  const cos = Math.cos(angle) / period
  const sin = Math.sin(angle) / period
  const offsetU = 64 * random.uniform()
  const offsetV = 64 * random.uniform()
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      u[i] = offsetU + (cos * (x + 0.5) + sin * (y + 0.5)) / stretch
      v[i] = offsetV + cos * (y + 0.5) - sin * (x + 0.5)
    }
  }
  return { width, height, u, v }
}
