/**
 * Gradient noise in space with its analytic derivative, from which forged and blasted surfaces are made.
 *
 * Source: Perlin, Improving Noise (2002); derivative after Quilez, "Gradient noise derivatives" (2017).
 */
import type { Random } from '../math/random.ts'

/** Writes value (about -1..1) and gradient to `out` = [value, d/dx, d/dy, d/dz]. */
export type Noise = (x: number, y: number, z: number, out: Float64Array) => void

const gradientCount = 64

export function createNoise(random: Random): Noise {
  const permutation = new Uint8Array(512)
  const order = random.shuffleInPlace(Uint8Array.from({ length: 256 }, (_, i) => i))
  permutation.set(order)
  permutation.set(order, 256)
  const gradients = new Float64Array(gradientCount * 3)
  for (let i = 0; i < gradientCount; i++) {
    const z = 2 * random.uniform() - 1
    const turn = 2 * Math.PI * random.uniform()
    const around = Math.sqrt(1 - z * z)
    // Scaled so that the value's range is about -1..1.
    gradients[3 * i] = 1.6 * around * Math.cos(turn)
    gradients[3 * i + 1] = 1.6 * around * Math.sin(turn)
    gradients[3 * i + 2] = 1.6 * z
  }

  return (x, y, z, out) => {
    const fx = Math.floor(x)
    const fy = Math.floor(y)
    const fz = Math.floor(z)
    const i = fx & 255
    const j = fy & 255
    const k = fz & 255
    const u = x - fx
    const v = y - fy
    const w = z - fz
    const su = u * u * u * (u * (u * 6 - 15) + 10)
    const sv = v * v * v * (v * (v * 6 - 15) + 10)
    const sw = w * w * w * (w * (w * 6 - 15) + 10)
    const du = 30 * u * u * (u * (u - 2) + 1)
    const dv = 30 * v * v * (v * (v - 2) + 1)
    const dw = 30 * w * w * (w * (w - 2) + 1)
    const a = permutation[i]! + j
    const b = permutation[i + 1]! + j
    const aa = permutation[a & 255]! + k
    const ab = permutation[(a + 1) & 255]! + k
    const ba = permutation[b & 255]! + k
    const bb = permutation[(b + 1) & 255]! + k
    let value = 0
    let gx = 0
    let gy = 0
    let gz = 0
    for (let corner = 0; corner < 8; corner++) {
      const cx = corner & 1
      const cy = (corner >> 1) & 1
      const cz = corner >> 2
      const row = cx ? (cy ? bb : ba) : cy ? ab : aa
      const g = 3 * (permutation[row + cz]! & (gradientCount - 1))
      const px = gradients[g]!
      const py = gradients[g + 1]!
      const pz = gradients[g + 2]!
      const dot = px * (u - cx) + py * (v - cy) + pz * (w - cz)
      const wx = cx ? su : 1 - su
      const wy = cy ? sv : 1 - sv
      const wz = cz ? sw : 1 - sw
      const weight = wx * wy * wz
      value += weight * dot
      gx += weight * px + (cx ? du : -du) * wy * wz * dot
      gy += weight * py + (cy ? dv : -dv) * wx * wz * dot
      gz += weight * pz + (cz ? dw : -dw) * wx * wy * dot
    }
    out[0] = value
    out[1] = gx
    out[2] = gy
    out[3] = gz
  }
}
