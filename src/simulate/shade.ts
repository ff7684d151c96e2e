/** Steel under a camera flash: a rough metal lobe (GGX, Walter et al. 2007), a diffuse share for its blasted grain, a dim cabinet. */
import { cameraDistance, type Pose, toObject } from './camera.ts'
import type { DistanceField } from './link-shape.ts'
import { openness, softShadow, surfaceNormal } from './march.ts'
import type { Relief, ReliefSample } from './relief.ts'
import type { PartSpec, SceneSpec } from './render-spec.ts'

/** Linear RGB of a surface point (object space, mm) to `out`; returns the depth of a scratch there, mm. */
export type Shader = (x: number, y: number, z: number, out: Float64Array) => number

interface Lights {
  readonly lens: Float64Array
  readonly flash: Float64Array
  readonly up: Float64Array
}

function placeLights(pose: Pose, scene: SceneSpec): Lights {
  const lens = new Float64Array(3)
  const flash = new Float64Array(3)
  const up = new Float64Array(3)
  toObject(pose, 0, 0, cameraDistance, 1, lens)
  toObject(pose, scene.flash[0], scene.flash[1], cameraDistance - 8, 1, flash)
  toObject(pose, 0, 0.9, 0.43, 0, up)
  return { lens, flash, up }
}

/** @param heightOver - Height of a point over the nominal surface, mm: where something struck, the blasted grain is smeared. */
export function createLinkShader(
  part: PartSpec,
  field: DistanceField,
  heightOver: DistanceField,
  relief: Relief,
  pose: Pose,
  scene: SceneSpec,
): Shader {
  const lights = placeLights(pose, scene)
  const normal = new Float64Array(3)
  const sample: ReliefSample = { gx: 0, gy: 0, gz: 0, scratch: 0, bare: 0, stain: 0, grain: 1 }

  return (x, y, z, out) => {
    surfaceNormal(field, x, y, z, 0.22, normal)
    let nx = normal[0]!
    let ny = normal[1]!
    let nz = normal[2]!
    const open = openness(field, x, y, z, nx, ny, nz)
    const struck = Math.min(1, Math.abs(heightOver(x, y, z)) / 0.5)
    relief(x, y, z, nz, 0.7 * struck, sample)
    // Bend the normal by the part of the relief's gradient that lies in the surface.
    const lift = sample.gx * nx + sample.gy * ny + sample.gz * nz
    nx -= sample.gx - lift * nx
    ny -= sample.gy - lift * ny
    nz -= sample.gz - lift * nz
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz)
    nx /= length
    ny /= length
    nz /= length
    const tone = part.tone * sample.grain * (1 + 0.65 * struck) * (1 + 2.5 * sample.bare)
    const rough = 0.33 - 0.12 * struck - 0.1 * sample.bare + 0.14 * sample.stain
    const stain = sample.stain * (1 - sample.bare) * (1 - 0.5 * struck)
    light(lights, field, x, y, z, nx, ny, nz, normal, open, tone, rough, out)
    out[0] = out[0]! * (1 - 0.26 * stain)
    out[1] = out[1]! * (1 - 0.34 * stain)
    out[2] = out[2]! * (1 - 0.41 * stain)
    return sample.scratch
  }
}

/** Blackened, oiled steel of the clamp. */
export function createClampShader(field: DistanceField, pose: Pose, scene: SceneSpec): Shader {
  const lights = placeLights(pose, scene)
  const normal = new Float64Array(3)
  return (x, y, z, out) => {
    surfaceNormal(field, x, y, z, 0.22, normal)
    const open = openness(field, x, y, z, normal[0]!, normal[1]!, normal[2]!)
    const tone = 0.12
    light(lights, field, x, y, z, normal[0]!, normal[1]!, normal[2]!, normal, open, tone, 0.3, out)
    out[2] = out[2]! * 1.06
    return 0
  }
}

/** The flash with its shadow and falloff, and what the cabinet reflects. `smooth` is the normal without relief. */
function light(
  { lens, flash, up }: Lights,
  field: DistanceField,
  x: number,
  y: number,
  z: number,
  nx: number,
  ny: number,
  nz: number,
  smooth: Float64Array,
  open: number,
  tone: number,
  rough: number,
  out: Float64Array,
): void {
  let vx = lens[0]! - x
  let vy = lens[1]! - y
  let vz = lens[2]! - z
  const toLens = Math.sqrt(vx * vx + vy * vy + vz * vz)
  vx /= toLens
  vy /= toLens
  vz /= toLens
  let lx = flash[0]! - x
  let ly = flash[1]! - y
  let lz = flash[2]! - z
  const far2 = lx * lx + ly * ly + lz * lz
  const toFlash = Math.sqrt(far2)
  lx /= toFlash
  ly /= toFlash
  lz /= toFlash
  const lambert = nx * lx + ny * ly + nz * lz
  const facing = Math.max(0.05, nx * vx + ny * vy + nz * vz)
  let direct = 0
  let gloss = 0
  if (lambert > 0) {
    const towards = smooth[0]! * lx + smooth[1]! * ly + smooth[2]! * lz
    const shade = towards > 0 ? softShadow(field, x, y, z, lx, ly, lz, 0.9, 34, 14) : 0
    const power = (shade * cameraDistance * cameraDistance) / far2
    const hx = lx + vx
    const hy = ly + vy
    const hz = lz + vz
    const halfway = (nx * hx + ny * hy + nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz)
    const a2 = rough * rough
    const spread = halfway * halfway * (a2 - 1) + 1
    const distribution = a2 / (Math.PI * spread * spread)
    const k = 0.5 * rough
    const masking = 1 / ((lambert * (1 - k) + k) * (facing * (1 - k) + k))
    direct = power * lambert
    gloss = 0.25 * power * lambert * distribution * masking
  }
  const sky = 0.5 + 0.5 * (nx * up[0]! + ny * up[1]! + nz * up[2]!)
  const rim = (1 - facing) ** 3
  const ambient = open * (0.03 + 0.11 * sky * sky + 0.2 * rim)
  const body = tone * (0.34 * direct * (0.4 + 0.6 * open) + ambient)
  const shine = 1.5 * tone * gloss
  out[0] = 1.01 * body + shine
  out[1] = body + shine
  out[2] = 0.985 * body + shine + tone * 0.035 * rim * open
}
