/**
 * What falls on the sensor from one solid part in its fixture, with the exact masks that go with it.
 *
 * Rays are marched through distance fields; pixels on an outline get four more. The defect mask holds the visible
 * points that lie off the part's nominal surface, so it needs no annotation and no threshold on grey levels.
 */
import {
  cameraDistance,
  createLens,
  createPose,
  directionToObject,
  pixelFootprint,
  pointToObject,
} from '../camera.ts'
import type { Layers } from '../forged-object.ts'
import type { RenderSpec } from '../render-spec.ts'
import { unionBox } from './distance-field.ts'
import { march } from './march.ts'
import { createFixtureShader, createPartShader } from './shade-solid.ts'
import type { Skin } from './skin.ts'
import type { Solid } from './solid.ts'
import { wallShadow } from './wall.ts'

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
const part = 1
const fixture = 2

/**
 * @param skinAt - The part's skin for a pixel of so many mm: what is finer would alias and is left out.
 * Cost: O(width * height); `bench/simulate.bench.ts` has the rate.
 */
export function exposeSolid(solid: Solid, skinAt: (footprint: number) => Skin, spec: RenderSpec): Layers {
  const { size, view, scene } = spec
  const { width, height } = size
  const { field, height: heightAt, box, fixtureBox } = solid
  const pose = createPose(view, solid.centreY)
  const footprint = pixelFootprint(size) / view.scale
  const isHeld = scene.background === 'fixture'
  const shadePart = createPartShader(solid, skinAt(footprint), pose, scene)
  const shadeFixture = createFixtureShader(solid.fixture, pose, scene)
  const tolerance = 0.06 * footprint

  const castRay = createLens(size, view.turn)
  const lens = new Float64Array(3)
  pointToObject(pose, 0, 0, cameraDistance, lens)
  const lensX = lens[0]!
  const lensY = lens[1]!
  const lensZ = lens[2]!
  const ray = new Float64Array(3)
  const direction = new Float64Array(3)
  const colour = new Float64Array(3)
  let depth = 0
  let isDefect = false

  /** Traces one ray: leaves colour, depth and isDefect behind, returns what it met. */
  const trace = (column: number, row: number): number => {
    castRay(column, row, ray)
    directionToObject(pose, ray[0]!, ray[1]!, ray[2]!, direction)
    const dx = direction[0]!
    const dy = direction[1]!
    const dz = direction[2]!
    const toPart = march(field, box, lensX, lensY, lensZ, dx, dy, dz, tolerance)
    const toFixture = isHeld
      ? march(solid.fixture, fixtureBox, lensX, lensY, lensZ, dx, dy, dz, tolerance)
      : -1
    isDefect = false
    if (toPart < 0 && toFixture < 0) {
      depth = 2 * cameraDistance
      return nothing
    }
    const isPart = toFixture < 0 || (toPart >= 0 && toPart < toFixture)
    depth = isPart ? toPart : toFixture
    const x = lensX + depth * dx
    const y = lensY + depth * dy
    const z = lensZ + depth * dz
    if (!isPart) {
      shadeFixture(x, y, z, 0, colour)
      return fixture
    }
    const height = heightAt === null ? 0 : heightAt(x, y, z)
    const groove = shadePart(x, y, z, height, colour)
    isDefect =
      groove > visibleDisplacement.below ||
      height < -visibleDisplacement.below ||
      height > visibleDisplacement.above
    return part
  }

  const light = new Float32Array(width * height * 3)
  const rays = new Uint8Array(width * height)
  const kinds = new Uint8Array(width * height)
  const depths = new Float32Array(width * height)
  const defect = new Uint8Array(width * height)
  const add = (kind: number, pixel: number): void => {
    if (kind === nothing) return
    rays[pixel]! += 1
    for (let c = 0; c < 3; c++) light[3 * pixel + c]! += colour[c]!
  }
  for (let row = 0, pixel = 0; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      const kind = trace(column + 0.5, row + 0.5)
      add(kind, pixel)
      kinds[pixel] = kind
      depths[pixel] = depth
      defect[pixel] = isDefect ? 1 : 0
    }
  }
  const isOutline = (a: number, b: number): boolean =>
    kinds[a] !== kinds[b] || Math.abs(depths[a]! - depths[b]!) > outlineJump
  const coverage = new Uint8Array(width * height)
  const most = 1 + outlineRays.length
  for (let row = 0, pixel = 0; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      const outline =
        (column > 0 && isOutline(pixel, pixel - 1)) ||
        (column < width - 1 && isOutline(pixel, pixel + 1)) ||
        (row > 0 && isOutline(pixel, pixel - width)) ||
        (row < height - 1 && isOutline(pixel, pixel + width))
      if (outline) {
        for (const [right, down] of outlineRays) add(trace(column + 0.5 + right, row + 0.5 + down), pixel)
        for (let c = 0; c < 3; c++) light[3 * pixel + c]! /= most
      }
      coverage[pixel] = outline ? (255 * rays[pixel]!) / most : 255 * rays[pixel]!
    }
  }
  const shape = (x: number, y: number, z: number) => Math.min(field(x, y, z), solid.fixture(x, y, z))
  return {
    width,
    height,
    light,
    coverage,
    behind: isHeld
      ? wallShadow(shape, unionBox(box, fixtureBox), pose, view, scene, size)
      : new Float32Array(width * height).fill(1),
    defect,
    foreground: kinds.map((kind) => (kind === part ? 1 : 0)),
  }
}
