/** Chatter: the tool swings, and leaves waves across the lathe marks. */
import { createRandom } from '../../math/random.ts'
import type { DefectSpec } from '../render-spec.ts'
import type { SkinSample } from '../solid/skin.ts'
import { cross } from '../vector.ts'

/** Crest to crest along the turn, mm. */
const wavelength = 2.9

/** Adds the waves' slope and amplitude at a point. */
export function createChatter({ anchor, normal, tangent, length, width, depth, seed }: DefectSpec) {
  const phase = 2 * Math.PI * createRandom(seed, 'chatter').uniform()
  const binormal = cross(normal, tangent)
  const radius = Math.hypot(anchor[0], anchor[1])
  const start = Math.atan2(anchor[1], anchor[0])
  return (x: number, y: number, z: number, out: SkinSample): void => {
    const px = x - anchor[0]
    const py = y - anchor[1]
    const pz = z - anchor[2]
    const down = px * normal[0] + py * normal[1] + pz * normal[2]
    if (down < -6 || down > 3) return
    let turn = Math.atan2(y, x) - start
    if (turn > Math.PI) turn -= 2 * Math.PI
    else if (turn < -Math.PI) turn += 2 * Math.PI
    const along = turn * radius
    const across = px * binormal[0] + py * binormal[1] + pz * binormal[2]
    const rho2 = (along / (0.5 * length)) ** 2 + (across / (0.5 * width)) ** 2
    if (rho2 >= 1) return
    const amplitude = depth * Math.min(1, 2.2 * (1 - rho2))
    const slope =
      0.42 * amplitude * ((2 * Math.PI) / wavelength) * Math.cos((2 * Math.PI * along) / wavelength + phase)
    const r = Math.sqrt(x * x + y * y)
    out.gx += (-y / r) * slope
    out.gy += (x / r) * slope
    out.grain += 0.65 * amplitude * Math.sin((2 * Math.PI * along) / wavelength + phase)
    out.groove = Math.max(out.groove, amplitude)
  }
}
