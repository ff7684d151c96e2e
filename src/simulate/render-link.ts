/**
 * One picture of one part, with the exact masks that go with it.
 *
 * Rays are marched through distance fields; pixels on an outline get four more. The defect mask holds the visible
 * points that lie off the part's nominal surface, so it needs no annotation and no threshold on grey levels.
 */
import type { Image, Mask } from '../image/image.ts'
import { createBackdrop, wallShadow } from './backdrop.ts'
import { cameraDistance, createPose, pixelFootprint, pixelRay, toObject } from './camera.ts'
import { developInPlace } from './develop.ts'
import { clampBox, createClampField, createLinkField, linkBox } from './link-shape.ts'
import { march } from './march.ts'
import { createRelief } from './relief.ts'
import type { RenderSpec } from './render-spec.ts'
import { createClampShader, createLinkShader } from './shade.ts'

export interface Rendering {
  readonly image: Image
  /** Visible pixels at which the defects changed the surface by more than `visibleDisplacement`. */
  readonly defectMask: Mask
  /** Visible pixels of the link; neither clamp nor background. */
  readonly foreground: Mask
}

/**
 * Distance from the nominal surface, mm, from which a point counts as defect: below it, and above it. A point above
 * needs more, so that the rim thrown up round a dent does not break into specks of its own.
 */
export const visibleDisplacement = { below: 0.15, above: 0.45 } as const

/** Extra rays of an outline pixel: a rotated grid, offsets in pixels. */
const outlineRays: readonly (readonly [number, number])[] = [
  [-0.125, -0.375],
  [0.375, -0.125],
  [0.125, 0.375],
  [-0.375, 0.125],
]
/** Jump in depth between neighbours, mm, that makes an outline. */
const outlineJump = 2.5

const nothing = 0
const link = 1
const clamp = 2

/** Pure: the same specification gives the same bytes. Cost: O(width * height); `bench/simulate.bench.ts` has the rate. */
export function renderLink(spec: RenderSpec): Rendering {
  const { size, part, view, scene } = spec
  const { width, height } = size
  const pose = createPose(view)
  const footprint = pixelFootprint(size)
  const field = createLinkField(part, true)
  const nominal = createLinkField(part, false)
  // Height over the nominal surface, mm: a scratch does not move the surface (`relief.ts`).
  const heightOver = part.defects.some(({ kind }) => kind !== 'scratch') ? nominal : () => 0
  const clampField = createClampField(part)
  const hasClamp = scene.background === 'fixture'
  const shadeLink = createLinkShader(part, field, heightOver, createRelief(part, footprint), pose, scene)
  const shadeClamp = createClampShader(clampField, pose, scene)
  const backdrop = createBackdrop(scene)
  const held = (x: number, y: number, z: number) => Math.min(field(x, y, z), clampField(x, y, z))
  const wallLight = hasClamp ? wallShadow(held, pose, scene, size) : null
  const tolerance = 0.06 * footprint

  const lens = new Float64Array(3)
  toObject(pose, 0, 0, cameraDistance, 1, lens)
  const ray = new Float64Array(3)
  const direction = new Float64Array(3)
  const colour = new Float64Array(3)
  let depth = 0
  let isDefect = false

  /** Traces one ray: leaves colour, depth and isDefect behind, returns what it met. */
  const trace = (column: number, row: number, pixel: number): number => {
    pixelRay(size, column, row, ray)
    toObject(pose, ray[0]!, ray[1]!, ray[2]!, 0, direction)
    const dx = direction[0]!
    const dy = direction[1]!
    const dz = direction[2]!
    const toLink = march(field, linkBox, lens[0]!, lens[1]!, lens[2]!, dx, dy, dz, tolerance)
    const toClamp = hasClamp
      ? march(clampField, clampBox, lens[0]!, lens[1]!, lens[2]!, dx, dy, dz, tolerance)
      : -1
    isDefect = false
    if (toLink < 0 && toClamp < 0) {
      depth = 2 * cameraDistance
      backdrop(ray, wallLight ? wallLight[pixel]! : 1, colour)
      return nothing
    }
    const isLink = toClamp < 0 || (toLink >= 0 && toLink < toClamp)
    depth = isLink ? toLink : toClamp
    const x = lens[0]! + depth * dx
    const y = lens[1]! + depth * dy
    const z = lens[2]! + depth * dz
    const scratch = (isLink ? shadeLink : shadeClamp)(x, y, z, colour)
    if (isLink) {
      const height = heightOver(x, y, z)
      const { below, above } = visibleDisplacement
      isDefect = scratch > below || height < -below || height > above
    }
    return isLink ? link : clamp
  }

  const light = new Float32Array(width * height * 3)
  const kinds = new Uint8Array(width * height)
  const depths = new Float32Array(width * height)
  const defects = new Uint8Array(width * height)
  for (let row = 0, pixel = 0; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      kinds[pixel] = trace(column + 0.5, row + 0.5, pixel)
      depths[pixel] = depth
      defects[pixel] = isDefect ? 1 : 0
      light.set(colour, 3 * pixel)
    }
  }
  const isOutline = (a: number, b: number): boolean =>
    kinds[a] !== kinds[b] || Math.abs(depths[a]! - depths[b]!) > outlineJump
  for (let row = 0, pixel = 0; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      const outline =
        (column > 0 && isOutline(pixel, pixel - 1)) ||
        (column < width - 1 && isOutline(pixel, pixel + 1)) ||
        (row > 0 && isOutline(pixel, pixel - width)) ||
        (row < height - 1 && isOutline(pixel, pixel + width))
      if (!outline) continue
      for (const [right, down] of outlineRays) {
        trace(column + 0.5 + right, row + 0.5 + down, pixel)
        for (let c = 0; c < 3; c++) light[3 * pixel + c]! += colour[c]!
      }
      for (let c = 0; c < 3; c++) light[3 * pixel + c]! /= 1 + outlineRays.length
    }
  }
  return {
    image: developInPlace(light, width, height, scene),
    defectMask: { width, height, data: defects },
    foreground: { width, height, data: kinds.map((kind) => (kind === link ? 1 : 0)) },
  }
}
