/** The link's surface: blasted roughness, oxide stains, embossed letters, scratches. */
import { createRandom } from '../../math/random.ts'
import { createEmboss } from '../emboss.ts'
import { createNoise } from '../noise.ts'
import { createGrain, type Octave } from '../solid/grain.ts'
import { createScratches, resetSample, type Skin, smoothStep } from '../solid/skin.ts'
import type { LinkPart } from './link-part.ts'

/** The blasted surface. */
const octaves: readonly Octave[] = [
  [14, 0.3, 0],
  [5.5, 0.09, 0.08],
  [2.3, 0.08, 0.12],
  [1.15, 0.08, 0.12],
  [0.6, 0.06, 0.12],
  [0.3, 0.03, 0.12],
]

export function createLinkSkin(part: LinkPart, footprint: number): Skin {
  const roughness = createGrain(createRandom(part.seed, 'surface'), octaves, part.roughness, footprint)
  const patches = createNoise(createRandom(part.seed, 'oxide'))
  const front = createEmboss(part.text[0])
  const back = createEmboss(part.text[1])
  const scratches = createScratches(part.defects)
  const radius = part.bowRadius
  const sample = new Float64Array(4)
  const raised = new Float64Array(3)

  return (x, y, z, normal, struck, out) => {
    resetSample(out)
    let grain = roughness(x, y, z, 0.7 * struck, out)
    patches(x * 0.045 + 90, y * 0.045, z * 0.06, sample)
    const patch = sample[0]!
    patches(x * 0.17, y * 0.17 + 40, z * 0.17, sample)
    out.stain = smoothStep(
      0.62 - 1.1 * part.oxide,
      1.05 - 1.1 * part.oxide,
      patch + 0.42 * sample[0]! + 0.35 * grain,
    )

    // Letters stand on the flats of the bow, read from left to right on either side.
    const facing = smoothStep(0.55, 0.85, Math.abs(normal[2]!))
    if (facing > 0 && y < 0.2 * radius) {
      const r = Math.sqrt(x * x + y * y)
      const side = z > 0 ? 1 : -1
      ;(z > 0 ? front : back)(side * Math.atan2(x, -y) * radius, radius - r, raised)
      const along = (side * radius * facing * raised[1]!) / (r * r)
      const inwards = (facing * raised[2]!) / r
      out.gx += -y * along - x * inwards
      out.gy += x * along - y * inwards
      grain += 0.1 * raised[0]!
    }
    out.grain = 1 + grain
    scratches(x, y, z, out)
  }
}
