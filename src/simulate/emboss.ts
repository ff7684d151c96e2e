/** Raised letters along the bow, as a small relief texture: height over arc length (u) and radius inwards (v). */
import { glyphSegments } from './glyphs.ts'

/** Texels per mm, and the texture's half extents in mm. */
const density = 4
const halfWidth = 34
const halfHeight = 7
/** Letters: height of the capital, advance, half width of the stroke's top, width of its flank, relief; mm. */
const letterHeight = 8.6
const advance = 8
const strokeTop = 0.55
const strokeFlank = 0.75
const relief = 0.9

const columns = 2 * halfWidth * density
const rows = 2 * halfHeight * density

/** Writes [height mm, d/du, d/dv] at (u, v) mm to `out`; all 0 away from the letters. */
export type Emboss = (u: number, v: number, out: Float64Array) => void

export function createEmboss(text: string): Emboss {
  const texture = drawText(text)
  return (u, v, out) => {
    const x = (u + halfWidth) * density - 0.5
    const y = (v + halfHeight) * density - 0.5
    const i = Math.floor(x)
    const j = Math.floor(y)
    if (i < 0 || j < 0 || i >= columns - 1 || j >= rows - 1) {
      out[0] = 0
      out[1] = 0
      out[2] = 0
      return
    }
    const fx = x - i
    const fy = y - j
    const at = j * columns + i
    const a = texture[at]!
    const b = texture[at + 1]!
    const c = texture[at + columns]!
    const d = texture[at + columns + 1]!
    out[0] = (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy
    out[1] = ((b - a) * (1 - fy) + (d - c) * fy) * density
    out[2] = ((c - a) * (1 - fx) + (d - b) * fx) * density
  }
}

function drawText(text: string): Float32Array {
  const texture = new Float32Array(columns * rows)
  const scale = letterHeight / 6
  const reach = strokeTop + strokeFlank
  const start = -((text.length - 1) / 2) * advance - 2 * scale
  for (let n = 0; n < text.length; n++) {
    if (text[n] === ' ') continue
    const segments = glyphSegments(text[n]!)
    for (let s = 0; s < segments.length; s += 4) {
      const x0 = start + n * advance + segments[s]! * scale
      const y0 = segments[s + 1]! * scale - letterHeight / 2
      const x1 = start + n * advance + segments[s + 2]! * scale
      const y1 = segments[s + 3]! * scale - letterHeight / 2
      drawSegment(texture, x0, y0, x1, y1, reach)
    }
  }
  return texture
}

function drawSegment(texture: Float32Array, x0: number, y0: number, x1: number, y1: number, reach: number) {
  const column = (x: number) => Math.round((x + halfWidth) * density)
  const row = (y: number) => Math.round((y + halfHeight) * density)
  const squaredLength = (x1 - x0) ** 2 + (y1 - y0) ** 2
  for (
    let j = Math.max(0, row(Math.min(y0, y1) - reach));
    j < Math.min(rows, row(Math.max(y0, y1) + reach));
    j++
  ) {
    const y = (j + 0.5) / density - halfHeight
    const last = Math.min(columns, column(Math.max(x0, x1) + reach))
    for (let i = Math.max(0, column(Math.min(x0, x1) - reach)); i < last; i++) {
      const x = (i + 0.5) / density - halfWidth
      const along = Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squaredLength))
      const distance = Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))
      const ramp = Math.min(1, Math.max(0, (reach - distance) / strokeFlank))
      const height = relief * ramp * ramp * (3 - 2 * ramp)
      if (height > texture[j * columns + i]!) texture[j * columns + i] = height
    }
  }
}
