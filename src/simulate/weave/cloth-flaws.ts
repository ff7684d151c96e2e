/** What is wrong with the cloth at a point: a thread that is missing, a stain, a tear. */
import { createRandom } from '../../math/random.ts'
import { createNoise } from '../noise.ts'
import type { DefectSpec } from '../render-spec.ts'
import { smoothStep } from '../solid/skin.ts'
import type { WeavePart } from './weave-part.ts'

export interface Flaw {
  isDefect: boolean
  isWarpGone: boolean
  isWeftGone: boolean
  /** Factors on the waves of the threads: one that crosses nothing lies flat. */
  warpCrimp: number
  weftCrimp: number
  /** By how much warp and weft lean aside, in pitches. */
  lean: number
  rise: number
  /** By how much the threads lie lower, in pitches. */
  sink: number
  /** Factors on the reflectance. */
  red: number
  green: number
  blue: number
}

/** Share of a stain's full strength from which a point counts as stained. */
export const visibleStain = 0.3

type FlawMaker = (u: number, v: number, a: number, b: number, out: Flaw) => void

/** The returned record is used again for the next point. @returns of (u, v) in mm and (a, b) in pitches of the bent lattice. */
export function createFlaws(part: WeavePart): (u: number, v: number, a: number, b: number) => Flaw {
  const makers: Readonly<Record<string, (defect: DefectSpec, part: WeavePart) => FlawMaker>> = {
    'missing-thread': missThread,
    stain,
    tear,
  }
  const flaws = part.defects.map((defect) => makers[defect.kind]!(defect, part))
  const out: Flaw = {
    isDefect: false,
    isWarpGone: false,
    isWeftGone: false,
    warpCrimp: 1,
    weftCrimp: 1,
    lean: 0,
    rise: 0,
    sink: 0,
    red: 1,
    green: 1,
    blue: 1,
  }
  return (u, v, a, b) => {
    out.isDefect = false
    out.isWarpGone = false
    out.isWeftGone = false
    out.warpCrimp = 1
    out.weftCrimp = 1
    out.lean = 0
    out.rise = 0
    out.sink = 0
    out.red = 1
    out.green = 1
    out.blue = 1
    for (const flaw of flaws) flaw(u, v, a, b, out)
    return out
  }
}

/** Warp where the tangent is upright, else weft; broken off at both ends of its length. Defect: the strip in which it should lie. */
function missThread({ anchor, tangent, length }: DefectSpec, part: WeavePart): FlawMaker {
  const isWarp = tangent[1] !== 0
  const index = Math.floor(isWarp ? anchor[0] / part.warpPitch : anchor[1] / part.weftPitch)
  return (u, v, a, b, out) => {
    const beyond = Math.abs(isWarp ? v - anchor[1] : u - anchor[0]) - 0.5 * length
    if (beyond > 2) return
    const off = (isWarp ? a : b) - index - 0.5
    if (Math.abs(off) > 2) return
    const ends = beyond < 0 ? 1 : 1 - beyond / 2
    // The neighbours lean into the gap.
    const lean = Math.abs(off) > 0.5 && Math.abs(off) < 1.5 ? -Math.sign(off) * 0.14 * ends : 0
    if (isWarp) out.lean += lean
    else out.rise += lean
    if (Math.abs(off) > 0.5 || beyond > 0) return
    out.isDefect = true
    out.sink = 0.24
    if (isWarp) {
      out.isWarpGone = true
      out.weftCrimp = 0.2
    } else {
      out.isWeftGone = true
      out.warpCrimp = 0.2
    }
  }
}

/** Oil, spreading along the threads; `depth` is its strength, 0..1. Defect: where it has at least `visibleStain` of it. */
function stain({ anchor, tangent, length, width, depth, seed }: DefectSpec): FlawMaker {
  const noise = createNoise(createRandom(seed, 'stain'))
  const sample = new Float64Array(4)
  return (u, v, _a, _b, out) => {
    const rho = ellipse(u - anchor[0], v - anchor[1], tangent[0], tangent[1], length, width)
    if (rho > 1.9) return
    noise(u * 0.35, v * 0.35, 0, sample)
    const coarse = sample[0]!
    noise(u * 1.3, v * 1.3, 4, sample)
    const strength = smoothStep(1.15, 0.75, rho * (1 + 0.5 * coarse) + 0.12 * sample[0]!)
    if (strength === 0) return
    if (strength >= visibleStain) out.isDefect = true
    const darker = depth * strength * (1 - 0.25 * smoothStep(0.7, 0, rho))
    out.red *= 1 - 0.8 * darker
    out.green *= 1 - 0.95 * darker
    out.blue *= 1 - 1.1 * darker
  }
}

/** A hole with frayed ends. Defect: the hole and the threads' ends around it. */
function tear({ anchor, tangent, length, width, seed }: DefectSpec): FlawMaker {
  const noise = createNoise(createRandom(seed, 'tear'))
  const sample = new Float64Array(4)
  return (u, v, a, b, out) => {
    const rho = ellipse(u - anchor[0], v - anchor[1], tangent[0], tangent[1], length, width)
    if (rho > 2.4) return
    noise(u * 0.5, v * 0.5, 0, sample)
    const edge = rho * (1 + 0.3 * sample[0]!)
    // Every thread has broken at its own place.
    noise(Math.floor(a) * 0.83, b * 0.2, 3, sample)
    const warpEnd = 1 + 0.6 * sample[0]!
    noise(a * 0.2, Math.floor(b) * 0.83, 9, sample)
    const weftEnd = 1 + 0.6 * sample[0]!
    out.isWarpGone ||= edge < warpEnd
    out.isWeftGone ||= edge < weftEnd
    if (edge < 1.35) out.isDefect = true
    // Pulled towards the hole, and rising where it lost its hold.
    const loose = smoothStep(2, 1, edge)
    out.lean += 0.18 * loose * Math.sign(u - anchor[0])
    out.rise += 0.18 * loose * Math.sign(v - anchor[1])
    out.warpCrimp *= 1 - 0.5 * loose
    out.weftCrimp *= 1 - 0.5 * loose
    out.red *= 1 + 0.1 * loose
    out.green *= 1 + 0.1 * loose
    out.blue *= 1 + 0.1 * loose
  }
}

/** 0 at the middle of an ellipse, 1 on its border. */
function ellipse(x: number, y: number, tx: number, ty: number, length: number, width: number): number {
  const along = (x * tx + y * ty) / (0.5 * length)
  const across = (y * tx - x * ty) / (0.5 * width)
  return Math.sqrt(along * along + across * across)
}
