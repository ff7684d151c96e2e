/** What falls on the sensor from a cloth on a table, lit from the side, with the exact masks that go with it. */
import { fieldHeight, pixelFootprint } from '../camera.ts'
import type { Layers } from '../forged-object.ts'
import type { RenderSpec } from '../render-spec.ts'
import { smoothStep } from '../solid/skin.ts'
import { type ClothPoint, createCloth } from './cloth.ts'
import { railEdge } from './rail.ts'
import type { WeavePart } from './weave-part.ts'

/** Height of cloth that a picture of 3:4 shows, mm. */
export const clothHeight = 44
/** Height of the lamp over the cloth: tangent of its elevation. */
const lampRise = 0.85
/** What shows of the table between and behind the threads, linear. */
const table = 0.028
/** Rays of a pixel, offsets in pixels: threads are a few pixels wide, one ray would make moiré of them. */
const rays = [
  [-0.25, -0.25],
  [0.25, 0.25],
] as const

/** Cost: O(width * height). */
export function exposeWeave({ size, part, view, scene }: RenderSpec<WeavePart>): Layers {
  const { width, height } = size
  const footprint = pixelFootprint(size, clothHeight)
  const cloth = createCloth(part, footprint / view.scale)
  const hasRail = scene.background === 'fixture'
  const edge = railEdge * clothHeight
  const lamp = Math.hypot(...scene.flash)
  const lx = scene.flash[0] / lamp
  const ly = scene.flash[1] / lamp
  const norm = Math.hypot(1, lampRise)
  const turnCos = Math.cos((view.turn * Math.PI) / 180)
  const turnSin = Math.sin((view.turn * Math.PI) / 180)
  const rollCos = Math.cos((view.roll * Math.PI) / 180) / view.scale
  const rollSin = Math.sin((view.roll * Math.PI) / 180) / view.scale
  const shiftX = (view.shift[0] * clothHeight) / fieldHeight
  const shiftY = (view.shift[1] * clothHeight) / fieldHeight

  const light = new Float32Array(3 * width * height)
  const coverage = new Uint8Array(width * height)
  const defect = new Uint8Array(width * height)
  const foreground = new Uint8Array(width * height)
  const point: ClothPoint = { height: 0, du: 0, dv: 0, red: 0, green: 0, blue: 0, isDefect: false }
  for (let row = 0, pixel = 0; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      let seen = 0
      let flawed = 0
      for (const [right, down] of rays) {
        const px = (column + 0.5 + right - width / 2) * footprint
        const py = (height / 2 - row - 0.5 - down) * footprint
        const x = turnCos * px + turnSin * py
        const y = turnCos * py - turnSin * px
        if (hasRail && y > edge) continue
        seen += 1
        const cx = x - shiftX
        const cy = y - shiftY
        cloth(rollCos * cx + rollSin * cy, rollCos * cy - rollSin * cx, point)
        if (point.isDefect) flawed += 1
        // The lamp stands beside: nearer to one edge than to the other; the rail throws a narrow shadow.
        let power = 1 + (0.16 * (x * lx + y * ly)) / clothHeight
        if (hasRail) power *= 0.45 + 0.55 * smoothStep(0, 1.6, edge - y)
        if (Number.isNaN(point.height)) {
          for (let c = 0; c < 3; c++) light[3 * pixel + c]! += table * power
          continue
        }
        const { height: up, du, dv } = point
        const length = Math.sqrt(1 + du * du + dv * dv)
        const lambert = Math.max(0, (lampRise - du * lx - dv * ly) / (length * norm))
        const open = 0.3 + 0.7 * Math.min(1, Math.max(0, (up + 0.12) / 0.5))
        // Threads shine a little where they face halfway between lamp and lens.
        const halfway = (1.76 * lampRise - du * lx - dv * ly) / (length * 1.8 * norm)
        const shine = 0.05 * Math.max(0, halfway) ** 12
        const body = power * open * (0.3 + 0.95 * lambert)
        light[3 * pixel]! += point.red * body + power * open * shine
        light[3 * pixel + 1]! += point.green * body + power * open * shine
        light[3 * pixel + 2]! += point.blue * body + power * open * shine
      }
      for (let c = 0; c < 3; c++) light[3 * pixel + c]! /= rays.length
      coverage[pixel] = (255 * seen) / rays.length
      foreground[pixel] = seen === rays.length ? 1 : 0
      defect[pixel] = flawed === rays.length ? 1 : 0
    }
  }
  return {
    width,
    height,
    light,
    coverage,
    behind: new Float32Array(width * height).fill(1),
    defect,
    foreground,
  }
}
