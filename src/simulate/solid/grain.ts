/** Roughness in octaves of noise: blasted, cast or worn metal. */
import type { Random } from '../../math/random.ts'
import { createNoise } from '../noise.ts'
import type { SkinSample } from './skin.ts'

/** Wavelength of the lattice and relief, mm; and share in the reflectance. */
export type Octave = readonly [wavelength: number, height: number, tone: number]

/**
 * Adds slope and reflectance at a point to `out`.
 *
 * @param smoothing - Share by which all octaves but the first are smeared, 0..1.
 * @returns The change of the reflectance.
 */
export type Grain = (x: number, y: number, z: number, smoothing: number, out: SkinSample) => number

/** @param footprint - Octaves finer than a pixel of this size on the part, mm, fade out. */
export function createGrain(
  random: Random,
  octaves: readonly Octave[],
  roughness: number,
  footprint: number,
): Grain {
  const noise = createNoise(random)
  const visible = octaves
    .map(([wavelength, height, tone]) => {
      const fade = Math.min(1, Math.max(0, (wavelength / footprint - 0.9) / 0.9))
      return { frequency: 1 / wavelength, slope: (height * roughness * fade) / wavelength, tone }
    })
    .filter(({ slope }) => slope > 0)
  const sample = new Float64Array(4)
  return (x, y, z, smoothing, out) => {
    let grain = 0
    for (let i = 0; i < visible.length; i++) {
      const { frequency, slope, tone } = visible[i]!
      const shift = 17.3 * i
      // Turned, so that no lattice direction shows.
      const u = 0.8 * x - 0.6 * y
      const v = 0.48 * x + 0.64 * y - 0.6 * z
      const w = 0.36 * x + 0.48 * y + 0.8 * z
      noise(u * frequency + shift, v * frequency - shift, w * frequency, sample)
      const s = i === 0 ? slope : (1 - smoothing) * slope
      out.gx += s * (0.8 * sample[1]! + 0.48 * sample[2]! + 0.36 * sample[3]!)
      out.gy += s * (-0.6 * sample[1]! + 0.64 * sample[2]! + 0.48 * sample[3]!)
      out.gz += s * (-0.6 * sample[2]! + 0.8 * sample[3]!)
      grain += tone * sample[0]!
    }
    return grain
  }
}
