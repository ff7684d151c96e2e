/** Metal under a camera flash: a rough metal lobe (GGX, Walter et al. 2007; anisotropic after Burley 2012), a diffuse share for its grain, a dim cabinet. */
import { cameraDistance, directionToObject, type Pose, pointToObject } from '../camera.ts'
import type { SceneSpec } from '../render-spec.ts'
import type { DistanceField } from './distance-field.ts'
import { openness, softShadow, surfaceNormal } from './march.ts'
import { blankSample, type Skin } from './skin.ts'
import type { Solid } from './solid.ts'

/**
 * Linear RGB of a surface point (object space, mm) to `out`; returns the depth of a defect's groove there, mm.
 *
 * @param height - Of the point over the nominal surface, mm: where something struck, the grain is smeared.
 */
export type Shader = (x: number, y: number, z: number, height: number, out: Float64Array) => number

/** A point of metal as the light finds it; filled in for each pixel. */
interface Spot {
  x: number
  y: number
  z: number
  /** Unit normal with the relief. */
  nx: number
  ny: number
  nz: number
  /** Share of the surroundings that it sees, 0..1. */
  open: number
  tone: number
  /** GGX alpha along and across the direction (tx, ty, tz). */
  alongRough: number
  acrossRough: number
  tx: number
  ty: number
  tz: number
}

const blankSpot = (): Spot => ({
  x: 0,
  y: 0,
  z: 0,
  nx: 0,
  ny: 0,
  nz: 0,
  open: 0,
  tone: 0,
  alongRough: 0,
  acrossRough: 0,
  tx: 0,
  ty: 0,
  tz: 0,
})

interface Lights {
  readonly lens: Float64Array
  readonly flash: Float64Array
  readonly up: Float64Array
  /** Distance at which the flash has power 1, squared, in object space. */
  readonly reach2: number
}

function placeLights(pose: Pose, scene: SceneSpec): Lights {
  const lens = new Float64Array(3)
  const flash = new Float64Array(3)
  const up = new Float64Array(3)
  pointToObject(pose, 0, 0, cameraDistance, lens)
  pointToObject(pose, scene.flash[0], scene.flash[1], cameraDistance - 8, flash)
  directionToObject(pose, 0, 0.9, 0.43, up)
  return { lens, flash, up, reach2: (cameraDistance / pose.scale) ** 2 }
}

export function createPartShader(
  { field, tone, rough, bruise }: Solid,
  skin: Skin,
  pose: Pose,
  scene: SceneSpec,
): Shader {
  const lights = placeLights(pose, scene)
  const normal = new Float64Array(3)
  const spot = blankSpot()
  const sample = blankSample()

  return (x, y, z, height, out) => {
    surfaceNormal(field, x, y, z, 0.22, normal)
    let nx = normal[0]!
    let ny = normal[1]!
    let nz = normal[2]!
    const struck = bruise * Math.min(1, Math.abs(height) / 0.5)
    skin(x, y, z, normal, struck, sample)
    // Bend the normal by the part of the relief's gradient that lies in the surface.
    const lift = sample.gx * nx + sample.gy * ny + sample.gz * nz
    nx -= sample.gx - lift * nx
    ny -= sample.gy - lift * ny
    nz -= sample.gz - lift * nz
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz)
    spot.x = x
    spot.y = y
    spot.z = z
    spot.nx = nx / length
    spot.ny = ny / length
    spot.nz = nz / length
    spot.open = openness(field, x, y, z, normal[0]!, normal[1]!, normal[2]!)
    spot.tone = tone * sample.grain * (1 + 0.65 * struck) * (1 + 2.5 * sample.bare)
    const alpha = rough * (1 - 0.36 * struck - 0.3 * sample.bare + 0.42 * sample.stain)
    const stretch = sample.stretch * (1 - sample.bare) * (1 - struck)
    spot.alongRough = alpha / (1 + stretch)
    spot.acrossRough = alpha * (1 + stretch)
    spot.tx = sample.tx
    spot.ty = sample.ty
    spot.tz = sample.tz
    light(lights, field, normal, spot, out)
    const stain = sample.stain * (1 - sample.bare) * (1 - 0.5 * struck)
    out[0] = out[0]! * (1 - 0.26 * stain)
    out[1] = out[1]! * (1 - 0.34 * stain)
    out[2] = out[2]! * (1 - 0.41 * stain)
    return sample.groove
  }
}

/** Blackened, oiled steel of what holds the part. */
export function createFixtureShader(field: DistanceField, pose: Pose, scene: SceneSpec): Shader {
  const lights = placeLights(pose, scene)
  const normal = new Float64Array(3)
  const spot = { ...blankSpot(), tone: 0.12, alongRough: 0.3, acrossRough: 0.3 }
  return (x, y, z, _height, out) => {
    surfaceNormal(field, x, y, z, 0.22, normal)
    spot.x = x
    spot.y = y
    spot.z = z
    spot.nx = normal[0]!
    spot.ny = normal[1]!
    spot.nz = normal[2]!
    spot.open = openness(field, x, y, z, spot.nx, spot.ny, spot.nz)
    light(lights, field, normal, spot, out)
    out[2] = out[2]! * 1.06
    return 0
  }
}

/** The flash with its shadow and falloff, and what the cabinet reflects. `smooth` is the normal without relief. */
function light(
  { lens, flash, up, reach2 }: Lights,
  field: DistanceField,
  smooth: Float64Array,
  { x, y, z, nx, ny, nz, open, tone, alongRough, acrossRough, tx, ty, tz }: Spot,
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
    const power = (shade * reach2) / far2
    const hx = lx + vx
    const hy = ly + vy
    const hz = lz + vz
    const h = Math.sqrt(hx * hx + hy * hy + hz * hz)
    const halfway = (nx * hx + ny * hy + nz * hz) / h
    const along = (tx * hx + ty * hy + tz * hz) / h
    const across2 = Math.max(0, 1 - halfway * halfway - along * along)
    const spread =
      (along * along) / (alongRough * alongRough) + across2 / (acrossRough * acrossRough) + halfway * halfway
    const distribution = 1 / (Math.PI * alongRough * acrossRough * spread * spread)
    const k = 0.5 * Math.sqrt(alongRough * acrossRough)
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
