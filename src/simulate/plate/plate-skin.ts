/** The plate's surface: zinc with its spangle, lines of rolling, a pressed number, scratches. */
import { createRandom } from '../../math/random.ts'
import { createEmboss } from '../emboss.ts'
import { createNoise } from '../noise.ts'
import { createGrain, type Octave } from '../solid/grain.ts'
import { createScratches, resetSample, type Skin } from '../solid/skin.ts'
import type { PlatePart } from './plate-part.ts'

const octaves: readonly Octave[] = [
  [26, 0.35, 0],
  [1.7, 0.014, 0.03],
  [0.7, 0.012, 0.03],
]

/** The number's middle, mm, and its relief as a share of that of forged letters. */
const number = { y: -20, relief: 0.4 } as const

export function createPlateSkin(part: PlatePart, footprint: number): Skin {
  const noise = createNoise(createRandom(part.seed, 'sheet'))
  const grain = createGrain(createRandom(part.seed, 'grain'), octaves, 1, footprint)
  const emboss = createEmboss(part.text)
  const scratches = createScratches(part.defects)
  const sample = new Float64Array(4)
  const raised = new Float64Array(3)
  const lines = Math.min(1, Math.max(0, 0.9 / footprint - 0.9))
  return (x, y, z, normal, struck, out) => {
    resetSample(out)
    out.grain = 1 + grain(x, y, z, struck, out)
    // Spangle: crystals of zinc, each with a tone of its own.
    noise(x * 0.19, y * 0.19, z * 0.19 + 5, sample)
    const crystal = Math.abs(sample[0]!)
    noise(x * 0.5 + 30, y * 0.5, z * 0.5, sample)
    out.grain += 0.16 * (crystal - 0.25) + 0.05 * sample[0]!
    if (lines > 0) {
      noise(x * 1.1, y * 0.02, 3, sample)
      out.grain += 0.05 * lines * sample[0]!
      out.gx += 0.014 * lines * sample[1]!
    }
    if (normal[2]! > 0.6 && Math.abs(y - number.y) < 7) {
      emboss(x, y - number.y, raised)
      out.gx += number.relief * raised[1]!
      out.gy += number.relief * raised[2]!
    }
    out.tx = 0
    out.ty = 1
    out.tz = 0
    out.stretch = 0.25
    scratches(x, y, z, out)
  }
}
