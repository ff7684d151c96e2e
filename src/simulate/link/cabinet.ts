/** Behind the link: a dark cabinet wall, and a blue ring before it. */
import { createRandom } from '../../math/random.ts'
import { createNoise } from '../noise.ts'
import type { Paint } from '../solid/wall.ts'

/** The ring's tube on the wall: centre, radius of its centre line and of its tube, mm. */
const ring = { x: 0, y: 4, radius: 62, tube: 5.5 } as const

export function createCabinet(): Paint {
  const noise = createNoise(createRandom(0, 'cabinet')) // every picture shows the same cabinet
  const sample = new Float64Array(4)
  return (x, y, out) => {
    const r = Math.sqrt((x - ring.x) ** 2 + (y - ring.y) ** 2)
    const tube = (r - ring.radius) / ring.tube
    if (Math.abs(tube) < 1) {
      // The ring's normal leans outwards with `tube`.
      out.nx = (tube * (x - ring.x)) / r
      out.ny = (tube * (y - ring.y)) / r
      out.nz = Math.sqrt(1 - tube * tube)
      out.red = 0.02
      out.green = 0.085
      out.blue = 0.4
      out.sharp = 0
      out.wide = 0.27
      out.glow = 0.09
      return
    }
    noise(x * 0.05, y * 0.012, 3, sample)
    let paint = 1 + 0.16 * sample[0]!
    noise(x * 0.4, y * 0.4, 9, sample)
    paint += 0.07 * sample[0]!
    // Panel seams of the cabinet, and the contact shadow of the ring.
    if (Math.abs(x + 43) < 0.9 || Math.abs(y - 71) < 0.9) paint *= 0.45
    paint *= 1 - 0.5 * Math.exp(-(((Math.abs(r - ring.radius) - ring.tube) / 3) ** 2))
    out.nx = 0
    out.ny = 0
    out.nz = 1
    out.red = 0.062 * paint
    out.green = 0.066 * paint
    out.blue = 0.073 * paint
    out.sharp = 0.24 * paint
    out.wide = 0.1 * paint
    out.glow = 0.1
  }
}
