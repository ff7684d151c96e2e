/** Points that vary mostly along a few of their dimensions, as patches do. */
import { createRandom } from '../../../src/math/random.ts'

/** @returns float32 [count, dims]: six dimensions, mixed, and a little noise. */
export function cloudOnSheet(seed: number, count: number, dims: number): Float32Array {
  const random = createRandom(seed, 'sheet')
  const mix = Float32Array.from({ length: 6 * dims }, () => random.normal())
  const points = new Float32Array(count * dims)
  for (let i = 0; i < count; i++) {
    const latent = Float32Array.from({ length: 6 }, () => random.normal())
    for (let d = 0; d < dims; d++) {
      let sum = 0.05 * random.normal()
      for (const [l, value] of latent.entries()) sum += value * mix[l * dims + d]!
      points[i * dims + d] = sum
    }
  }
  return points
}
