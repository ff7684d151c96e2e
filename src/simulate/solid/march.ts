/** Rays against distance fields: sphere tracing (Hart 1996), normals, soft shadows and occlusion (Quilez). */
import { type Box, type DistanceField, safeStep } from './distance-field.ts'

const mostSteps = 90

/**
 * Distance along the ray (unit direction) to the first surface within the box; -1 when it misses.
 *
 * @param tolerance - Distance to the surface, mm, that counts as on it.
 */
export function march(
  field: DistanceField,
  box: Box,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
  tolerance: number,
): number {
  const ax = (box.low[0] - ox) / dx
  const bx = (box.high[0] - ox) / dx
  const ay = (box.low[1] - oy) / dy
  const by = (box.high[1] - oy) / dy
  const az = (box.low[2] - oz) / dz
  const bz = (box.high[2] - oz) / dz
  let along = Math.max(Math.min(ax, bx), Math.min(ay, by), Math.min(az, bz), 0)
  const end = Math.min(Math.max(ax, bx), Math.max(ay, by), Math.max(az, bz))
  for (let step = 0; along < end && step < mostSteps; step++) {
    const distance = field(ox + along * dx, oy + along * dy, oz + along * dz)
    if (distance < tolerance) return along
    along += distance * safeStep
  }
  return -1
}

/** Writes the unit outward normal at a surface point to `out`: differences over a tetrahedron of size `e` mm. */
export function surfaceNormal(
  field: DistanceField,
  x: number,
  y: number,
  z: number,
  e: number,
  out: Float64Array,
): void {
  const a = field(x + e, y - e, z - e)
  const b = field(x - e, y - e, z + e)
  const c = field(x - e, y + e, z - e)
  const d = field(x + e, y + e, z + e)
  const nx = a - b - c + d
  const ny = -a - b + c + d
  const nz = -a + b - c + d
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1
  out[0] = nx / length
  out[1] = ny / length
  out[2] = nz / length
}

/** Share of a light of some size that reaches a point, 0..1: how close the way to it passes the surface. */
export function softShadow(
  field: DistanceField,
  x: number,
  y: number,
  z: number,
  dx: number,
  dy: number,
  dz: number,
  from: number,
  to: number,
  sharpness: number,
): number {
  let light = 1
  let along = from
  for (let step = 0; along < to && step < 24; step++) {
    const distance = field(x + along * dx, y + along * dy, z + along * dz)
    if (distance < 0.02) return 0
    light = Math.min(light, (sharpness * distance) / along)
    along += Math.max(distance * safeStep, 0.35)
  }
  return light * light * (3 - 2 * light)
}

/** 0 (buried) .. 1 (open): what lies within 14 mm along the normal. */
export function openness(
  field: DistanceField,
  x: number,
  y: number,
  z: number,
  nx: number,
  ny: number,
  nz: number,
): number {
  let hidden = 0
  let weight = 1
  for (let distance = 1.6; distance < 14; distance *= 2.1) {
    hidden +=
      (weight * (distance - field(x + distance * nx, y + distance * ny, z + distance * nz))) / distance
    weight *= 0.62
  }
  return Math.min(1, Math.max(0, 1 - 0.62 * hidden))
}
