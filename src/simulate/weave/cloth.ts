/**
 * A plain weave seen from above: at every point the thread on top, its height, slope and tone, and what is wrong there.
 *
 * Warp runs upright (index i over u), weft level (index j over v). A thread is half an ellipse across and a wave along: where
 * i + j is even the warp lies on top. The lattice is bent a little by noise, every thread has its own place, width and tone.
 */
import { createRandom, type Random } from '../../math/random.ts'
import { createNoise } from '../noise.ts'
import { createFlaws } from './cloth-flaws.ts'
import type { WeavePart } from './weave-part.ts'

/** What the camera meets at a point of the cloth. */
export interface ClothPoint {
  /** Height over the middle of the cloth in pitches, about -0.3..0.6; NaN where only the table is seen. */
  height: number
  /** Slopes along u and v. */
  du: number
  dv: number
  /** Reflectance, linear RGB. */
  red: number
  green: number
  blue: number
  /** A defect can be seen. */
  isDefect: boolean
}

/** Fills `out` for a point (u, v) mm. */
export type Cloth = (u: number, v: number, out: ClothPoint) => void

/** Wave of a thread along its run, and half width and height of its section, in pitches. */
const crimp = 0.17
const halfWidth = 0.47
const thickness = 0.3
const tableCount = 256

interface Threads {
  /** Off its place and relative width and tone, by index. */
  readonly place: Float64Array
  readonly width: Float64Array
  readonly tone: Float64Array
}

function drawThreads(random: Random, slub: number): Threads {
  const draw = (centre: number, spread: number) =>
    Float64Array.from({ length: tableCount }, () => centre + spread * slub * random.normal())
  return { place: draw(0, 0.035), width: draw(1, 0.045), tone: draw(1, 0.045) }
}

/** @param footprint - Size of a pixel on the cloth, mm: fibres that are finer would alias and fade out. */
export function createCloth(part: WeavePart, footprint: number): Cloth {
  const bend = createNoise(createRandom(part.seed, 'bend'))
  const fibres = createNoise(createRandom(part.seed, 'fibres'))
  const warp = drawThreads(createRandom(part.seed, 'warp'), part.slub)
  const weft = drawThreads(createRandom(part.seed, 'weft'), part.slub)
  const flaws = createFlaws(part)
  const { warpPitch, weftPitch, warpTone, weftTone } = part
  const fade = Math.min(1, Math.max(0, 0.35 / footprint - 0.9))
  const sample = new Float64Array(4)

  return (u, v, out) => {
    bend(u * 0.045, v * 0.045, 0, sample)
    // One noise bends both ways: its value and the derivative along the axis that is not used.
    const a = (u + 0.45 * sample[0]!) / warpPitch
    const b = (v + 0.3 * sample[3]!) / weftPitch
    const flaw = flaws(u, v, a, b)
    const i = Math.floor(a)
    const j = Math.floor(b)
    const sign = ((i + j) & 1) === 0 ? 1 : -1
    const ti = i & (tableCount - 1)
    const tj = j & (tableCount - 1)
    const x = a - i - 0.5 - warp.place[ti]! - flaw.lean
    const y = b - j - 0.5 - weft.place[tj]! - flaw.rise
    // Waves along the threads; at the middle of a crossing one is up and the other down.
    const waveWarp = crimp * sign * Math.cos(Math.PI * (b - j - 0.5))
    const waveWeft = -crimp * sign * Math.cos(Math.PI * (a - i - 0.5))
    const rx = x / (halfWidth * warp.width[ti]!)
    const ry = y / (halfWidth * weft.width[tj]!)
    const hasWarp = Math.abs(rx) < 1 && !flaw.isWarpGone
    const hasWeft = Math.abs(ry) < 1 && !flaw.isWeftGone
    const heightWarp = hasWarp ? waveWarp * flaw.warpCrimp + thickness * Math.sqrt(1 - rx * rx) : -1
    const heightWeft = hasWeft ? waveWeft * flaw.weftCrimp + thickness * Math.sqrt(1 - ry * ry) : -1
    out.isDefect = flaw.isDefect
    if (!hasWarp && !hasWeft) {
      out.height = Number.NaN
      return
    }
    const isWarp = heightWarp >= heightWeft
    const r = isWarp ? rx : ry
    const section = (-thickness * r) / (halfWidth * Math.sqrt(Math.max(0.06, 1 - r * r)))
    const tone = isWarp ? warpTone : weftTone
    let shade: number
    if (isWarp) {
      out.height = heightWarp - flaw.sink
      out.du = section
      out.dv = -Math.PI * crimp * sign * Math.sin(Math.PI * (b - j - 0.5)) * flaw.warpCrimp
      shade = warp.tone[ti]!
    } else {
      out.height = heightWeft - flaw.sink
      out.dv = section
      out.du = Math.PI * crimp * sign * Math.sin(Math.PI * (a - i - 0.5)) * flaw.weftCrimp
      shade = weft.tone[tj]!
    }
    if (fade > 0) {
      // Fibres lie along the thread, twisted a little.
      const along = isWarp ? b : a
      const across = (isWarp ? x : y) + 0.35 * along
      fibres(across * 5.5 + (isWarp ? 0 : 40), along * 0.9, (isWarp ? i : j) * 1.7, sample)
      shade *= 1 + 0.14 * fade * sample[0]!
    }
    out.red = tone[0] * shade * flaw.red
    out.green = tone[1] * shade * flaw.green
    out.blue = tone[2] * shade * flaw.blue
  }
}
