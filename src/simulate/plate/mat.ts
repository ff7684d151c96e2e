/** Behind the plate: a ribbed rubber mat with a yellow line. */
import { createRandom } from '../../math/random.ts'
import { createNoise } from '../noise.ts'
import type { Paint } from '../solid/wall.ts'

/** Rib to rib, and the line's edges, mm. */
const pitch = 8
const line = { from: 46, to: 53 } as const

export function createMat(): Paint {
  const noise = createNoise(createRandom(0, 'mat')) // every picture shows the same mat
  const sample = new Float64Array(4)
  return (x, y, out) => {
    noise(x * 0.07, y * 0.03, 3, sample)
    let worn = 1 + 0.35 * sample[0]!
    noise(x * 0.5, y * 0.5, 9, sample)
    worn += 0.15 * sample[0]!
    const across = (2 * Math.PI * x) / pitch
    const lean = 0.55 * Math.cos(across)
    const length = Math.sqrt(1 + lean * lean)
    out.nx = lean / length
    out.ny = 0
    out.nz = 1 / length
    const valley = 0.55 + 0.45 * (0.5 - 0.5 * Math.sin(across))
    const isLine = x > line.from && x < line.to
    const paint = worn * valley
    out.red = (isLine ? 0.32 : 0.042) * paint
    out.green = (isLine ? 0.22 : 0.042) * paint
    out.blue = (isLine ? 0.035 : 0.045) * paint
    out.sharp = 0
    out.wide = 0.05 * worn
    out.glow = 0.12
  }
}
