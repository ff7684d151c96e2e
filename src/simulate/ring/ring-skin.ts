/** The ring's surface: lathe marks, which spread highlights across them, scratches and chatter. */
import { createRandom } from '../../math/random.ts'
import { createNoise } from '../noise.ts'
import { createGrain } from '../solid/grain.ts'
import { createScratches, resetSample, type Skin } from '../solid/skin.ts'
import { createChatter } from './chatter.ts'
import type { RingPart } from './ring-part.ts'

/** Lathe marks: wavelength of the noise across them, slope and share in the reflectance. */
const marks = [
  [3.1, 0.07, 0.13],
  [1.1, 0.12, 0.16],
] as const

export function createRingSkin(part: RingPart, footprint: number): Skin {
  const noise = createNoise(createRandom(part.seed, 'lathe'))
  const grain = createGrain(createRandom(part.seed, 'grain'), [[1.6, 0.012, 0.03]], 1, footprint)
  const scratches = createScratches(part.defects)
  const chatters = part.defects.filter(({ kind }) => kind === 'chatter').map(createChatter)
  const sample = new Float64Array(4)
  const visible = marks.map(([wavelength, slope, tone]) => ({
    frequency: 1 / wavelength,
    fade: Math.min(1, Math.max(0, wavelength / footprint - 1)),
    slope: slope * part.feed,
    tone,
  }))
  return (x, y, z, normal, struck, out) => {
    resetSample(out)
    out.grain = 1 + grain(x, y, z, struck, out)
    const r = Math.sqrt(x * x + y * y)
    // Across the marks: outwards on the faces, upwards on the cylinders.
    const onFace = normal[2]! * normal[2]! > 0.5
    const q = onFace ? r : z
    for (let i = 0; i < visible.length; i++) {
      const { frequency, fade, slope, tone } = visible[i]!
      if (fade === 0) continue
      // A turn of the spindle differs little from the next: the noise hardly changes along the marks.
      noise(q * frequency + 40 * i, (0.6 * x) / r, (0.6 * y) / r + (onFace ? 9 : 0), sample)
      const s = (1 - struck) * fade * slope * sample[1]!
      if (onFace) {
        out.gx += (s * x) / r
        out.gy += (s * y) / r
      } else {
        out.gz += s
      }
      out.grain += fade * tone * sample[0]!
    }
    out.tx = -y / r
    out.ty = x / r
    out.tz = 0
    out.stretch = 0.75
    for (const chatter of chatters) chatter(x, y, z, out)
    scratches(x, y, z, out)
  }
}
