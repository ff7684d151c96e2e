/** Behind the ring: the enamelled sheet of a lathe's enclosure, with a joint, bolts, and runs of coolant. */
import { createRandom } from '../../math/random.ts'
import { createNoise } from '../noise.ts'
import type { Paint } from '../solid/wall.ts'

/** The joint's height, and the bolts' spacing along it and their radius, mm. */
const joint = 52
const bolts = { spacing: 44, above: 7, radius: 3 } as const

export function createEnclosure(): Paint {
  const noise = createNoise(createRandom(0, 'enclosure')) // every picture shows the same sheet
  const sample = new Float64Array(4)
  return (x, y, out) => {
    out.nx = 0
    out.ny = 0
    out.nz = 1
    noise(x * 0.06, y * 0.007, 3, sample)
    let paint = 1 + 0.2 * sample[0]!
    noise(x * 0.35, y * 0.35, 9, sample)
    paint += 0.05 * sample[0]!
    const below = y + joint
    if (Math.abs(below) < 1) paint *= 0.35
    else if (below > 0 && below < 4) paint *= 1 - 0.3 * (1 - below / 4)
    const dx = x - bolts.spacing * Math.round(x / bolts.spacing)
    const dy = y + joint + bolts.above
    const r = Math.sqrt(dx * dx + dy * dy) / bolts.radius
    out.wide = 0.05
    if (r < 1) {
      out.nx = (0.5 * dx) / bolts.radius
      out.ny = (0.5 * dy) / bolts.radius
      out.nz = Math.sqrt(1 - 0.25 * r * r)
      paint = 0.75
      out.wide = 0.2
    } else if (r < 1.7) {
      paint *= 0.55 + 0.45 * ((r - 1) / 0.7)
    }
    out.red = 0.115 * paint
    out.green = 0.135 * paint
    out.blue = 0.115 * paint
    out.sharp = 0.12 * paint
    out.glow = 0.1
  }
}
