/**
 * Relief finer than the distance field: blasted roughness, embossed letters, scratches. It bends the normal and changes the
 * reflectance; it does not move the surface.
 */
import { createRandom } from '../math/random.ts'
import { createEmboss } from './emboss.ts'
import { createNoise } from './noise.ts'
import type { DefectSpec, PartSpec } from './render-spec.ts'

/** What the relief says about a point of the surface. */
export interface ReliefSample {
  /** Gradient of the height in object space, mm per mm. */
  gx: number
  gy: number
  gz: number
  /** Depth of a scratch there, mm; 0 beside it and on its thrown-up edges. */
  scratch: number
  /** Bare metal laid open, 0..1. */
  bare: number
  /** Oxide stain, 0..1. */
  stain: number
  /** Factor on the reflectance from the grain of the blasted surface. */
  grain: number
}

export type Relief = (
  x: number,
  y: number,
  z: number,
  nz: number,
  smoothing: number,
  out: ReliefSample,
) => void

/** Octaves of the blasted surface: wavelength of the lattice in mm and relief in mm (before `roughness`). */
const octaves: readonly (readonly [wavelength: number, height: number])[] = [
  [14, 0.3],
  [5.5, 0.09],
  [2.3, 0.08],
  [1.15, 0.08],
  [0.6, 0.06],
  [0.3, 0.03],
]

/**
 * @param footprint - Size of a pixel on the part, mm: finer octaves would alias and fade out.
 */
export function createRelief(part: PartSpec, footprint: number): Relief {
  const noise = createNoise(createRandom(part.seed, 'surface'))
  const front = createEmboss(part.text[0])
  const back = createEmboss(part.text[1])
  const scratches = part.defects.filter(({ kind }) => kind === 'scratch').map(createScratch)
  const radius = part.bowRadius
  const visible = octaves
    .map(([wavelength, height]) => {
      const fade = Math.min(1, Math.max(0, (wavelength / footprint - 0.9) / 0.9))
      return { frequency: 1 / wavelength, height: height * part.roughness * fade }
    })
    .filter(({ height }) => height > 0)
  const sample = new Float64Array(4)
  const raised = new Float64Array(3)

  return (x, y, z, nz, smoothing, out) => {
    let gx = 0
    let gy = 0
    let gz = 0
    let grain = 0
    for (let i = 0; i < visible.length; i++) {
      const { frequency, height } = visible[i]!
      const shift = 17.3 * i
      // Every octave is turned, so that no lattice direction shows.
      const u = 0.8 * x - 0.6 * y
      const v = 0.48 * x + 0.64 * y - 0.6 * z
      const w = 0.36 * x + 0.48 * y + 0.8 * z
      noise(u * frequency + shift, v * frequency - shift, w * frequency, sample)
      const slope = (i === 0 ? 1 : 1 - smoothing) * height * frequency
      gx += slope * (0.8 * sample[1]! + 0.48 * sample[2]! + 0.36 * sample[3]!)
      gy += slope * (-0.6 * sample[1]! + 0.64 * sample[2]! + 0.48 * sample[3]!)
      gz += slope * (-0.6 * sample[2]! + 0.8 * sample[3]!)
      if (i > 0) grain += sample[0]! * (i === 1 ? 0.08 : 0.12)
    }
    noise(x * 0.045 + 90, y * 0.045, z * 0.06, sample)
    const patch = sample[0]!
    noise(x * 0.17, y * 0.17 + 40, z * 0.17, sample)
    out.stain = smoothStep(
      0.62 - 1.1 * part.oxide,
      1.05 - 1.1 * part.oxide,
      patch + 0.42 * sample[0]! + 0.35 * grain,
    )

    // Letters stand on the flats of the bow, read from left to right on either side.
    const facing = smoothStep(0.55, 0.85, Math.abs(nz))
    if (facing > 0 && y < 0.2 * radius) {
      const r = Math.sqrt(x * x + y * y)
      const side = z > 0 ? 1 : -1
      ;(z > 0 ? front : back)(side * Math.atan2(x, -y) * radius, radius - r, raised)
      const along = (side * radius * facing * raised[1]!) / (r * r)
      const inwards = (facing * raised[2]!) / r
      gx += -y * along - x * inwards
      gy += x * along - y * inwards
      grain += 0.1 * raised[0]!
    }

    out.scratch = 0
    out.bare = 0
    for (const scratch of scratches) {
      const height = scratch(x, y, z)
      if (height === 0) continue
      const e = 0.04
      gx += (scratch(x + e, y, z) - height) / e
      gy += (scratch(x, y + e, z) - height) / e
      gz += (scratch(x, y, z + e) - height) / e
      out.scratch = Math.max(out.scratch, -height)
      out.bare = Math.max(out.bare, Math.min(1, -height / 0.35))
    }
    out.bare = Math.max(0, out.bare)
    out.gx = gx
    out.gy = gy
    out.gz = gz
    out.grain = 1 + grain
  }
}

/** Height of a scratch, mm: a groove (negative) along a slightly curved line, edges thrown up on both sides. */
function createScratch({ anchor, normal, tangent, length, width, depth, seed }: DefectSpec) {
  const random = createRandom(seed, 'scratch')
  const bend = (0.5 * random.normal()) / length
  const wobble = 2 + 3 * random.uniform()
  const phase = 2 * Math.PI * random.uniform()
  const bx = normal[1] * tangent[2] - normal[2] * tangent[1]
  const by = normal[2] * tangent[0] - normal[0] * tangent[2]
  const bz = normal[0] * tangent[1] - normal[1] * tangent[0]
  const half = 0.5 * length
  return (x: number, y: number, z: number): number => {
    const px = x - anchor[0]
    const py = y - anchor[1]
    const pz = z - anchor[2]
    const along = (px * tangent[0] + py * tangent[1] + pz * tangent[2]) / half
    if (along <= -1 || along >= 1) return 0
    const down = px * normal[0] + py * normal[1] + pz * normal[2]
    if (down < -9 || down > 4) return 0
    const line = half * half * bend * along * along + 0.25 * width * Math.sin(wobble * along + phase)
    const across = Math.abs(px * bx + py * by + pz * bz - line) / (0.5 * width)
    if (across > 2) return 0
    const press = Math.sqrt(1 - along * along) * (0.8 + 0.2 * Math.sin(7 * wobble * along + phase))
    const groove = across < 1 ? (1 - across * across) ** 2 : 0
    const beside = (across - 1.3) / 0.7
    const edge = Math.abs(beside) < 1 ? 0.3 * (1 - beside * beside) ** 2 : 0
    return depth * press * (edge - groove)
  }
}

function smoothStep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)))
  return t * t * (3 - 2 * t)
}
