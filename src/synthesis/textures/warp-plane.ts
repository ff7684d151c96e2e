/** Textures that are not drawn with a ruler. */
import type { Random } from '../../math/random.ts'
import { addNoise } from './noise.ts'
import type { Plane } from './plane.ts'

/**
 * Bends the plane by noise.
 *
 * @param amount - Largest displacement, periods.
 * @param frequency - Of the bends, per period.
 */
export function warpInPlace(plane: Plane, amount: number, frequency: number, random: Random): void {
  const { u, v } = plane
  const alongU = new Float64Array(u.length)
  const alongV = new Float64Array(u.length)
  addNoise(alongU, plane, frequency, frequency, amount, random)
  addNoise(alongV, plane, frequency, frequency, amount, random)
  for (let i = 0; i < u.length; i++) {
    u[i] = u[i]! + alongU[i]!
    v[i] = v[i]! + alongV[i]!
  }
}
