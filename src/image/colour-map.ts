/**
 * The colours of heat maps: dark indigo over red and orange to pale yellow, perceptually uniform by construction.
 *
 * A curve through a few colours of our own choice in OKLab, whose lightness rises all the way, is cut into 255 steps of equal
 * colour difference. So equal steps of score look equal, order survives a grey print, and no red-green contrast is needed.
 * Source of the colour space: Ottosson 2020, "A perceptual color space for image processing".
 */
import { ShapeError } from '../errors.ts'
import type { Image, Mask, ScoreMap } from './image.ts'

/** Lightness 0..1, chroma, hue in degrees; all inside sRGB, with the way between them. */
const stops: readonly (readonly [number, number, number])[] = [
  [0.12, 0.03, 285],
  [0.28, 0.12, 295],
  [0.42, 0.16, 328],
  [0.56, 0.18, 362],
  [0.68, 0.18, 395],
  [0.8, 0.16, 430],
  [0.9, 0.15, 458],
  [0.97, 0.07, 468],
]

/** The colour of a pixel whose score is not a number. */
const noScoreGrey = 128

/** [256, 3] RGB from the lowest score to the highest. */
export const heatColours: Uint8Array = equalSteps(256)

/** @returns `count` colours from low to high as `#rrggbb`, for legends; count >= 2. */
export function heatColourStops(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const at = 3 * Math.round((255 * i) / (count - 1))
    return `#${Buffer.from(heatColours.subarray(at, at + 3)).toString('hex')}`
  })
}

/** Colours a map; scores at or beyond the range's ends take the end colours, NaN is grey. */
export function colourise(
  { width, height, data }: ScoreMap,
  { low, high }: { readonly low: number; readonly high: number },
): Image {
  const rgb = new Uint8Array(3 * data.length)
  const scale = high > low ? 255 / (high - low) : 0
  for (let i = 0, to = 0; i < data.length; i++, to += 3) {
    const score = data[i]!
    if (Number.isNaN(score)) {
      rgb.fill(noScoreGrey, to, to + 3)
      continue
    }
    const step = score <= low ? 0 : score >= high ? 255 : Math.round((score - low) * scale)
    rgb[to] = heatColours[3 * step]!
    rgb[to + 1] = heatColours[3 * step + 1]!
    rgb[to + 2] = heatColours[3 * step + 2]!
  }
  return { width, height, data: rgb }
}

/**
 * Lays a heat map over its image.
 *
 * @param opacity - Of the heat map, 0..1.
 * @throws {ShapeError} The two differ in size.
 */
export function blend(image: Image, heat: Image, opacity: number): Image {
  const { width, height } = image
  if (heat.width !== width || heat.height !== height) {
    throw new ShapeError('heat', `[${height}, ${width}, 3]`, [heat.height, heat.width, 3])
  }
  const data = image.data.map((value, i) => Math.round(value + (heat.data[i]! - value) * opacity))
  return { width, height, data }
}

/** The pixels inside that touch the outside, or the border of the picture, across an edge. */
export function outline({ width, height, data }: Mask): Mask {
  const isInside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] !== 0
  const edge = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isEnclosed = isInside(x - 1, y) && isInside(x + 1, y) && isInside(x, y - 1) && isInside(x, y + 1)
      if (data[y * width + x] !== 0 && !isEnclosed) edge[y * width + x] = 1
    }
  }
  return { width, height, data: edge }
}

type Triple = readonly [number, number, number]

/** Walks the curve in fine steps, measures its length in OKLab, and takes colours at equal lengths. */
function equalSteps(count: number): Uint8Array {
  const fine = 4096
  const points = Array.from({ length: fine + 1 }, (_, i) => curvePoint(i / fine))
  const lengths = new Float64Array(fine + 1)
  for (let i = 1; i <= fine; i++) {
    lengths[i] = lengths[i - 1]! + Math.hypot(...points[i]!.map((value, c) => value - points[i - 1]![c]!))
  }
  const colours = new Uint8Array(3 * count)
  for (let i = 0, at = 0; i < count; i++) {
    const wanted = (lengths[fine]! * i) / (count - 1)
    while (at < fine && lengths[at]! < wanted) at++
    colours.set(toRgb(points[at]!), 3 * i)
  }
  return colours
}

/** OKLab at `t` in 0..1: Catmull-Rom through the stops, so that the curve has no corners. */
function curvePoint(t: number): Triple {
  const place = t * (stops.length - 1)
  const i = Math.min(Math.floor(place), stops.length - 2)
  const u = place - i
  const stop = (k: number): Triple => stops[Math.max(0, Math.min(k, stops.length - 1))]!
  const at = (c: 0 | 1 | 2): number => {
    const [p, q, r, s] = [stop(i - 1)[c], stop(i)[c], stop(i + 1)[c], stop(i + 2)[c]]
    return 0.5 * (2 * q + (r - p) * u + (2 * p - 5 * q + 4 * r - s) * u * u + (3 * (q - r) + s - p) * u ** 3)
  }
  const hue = (at(2) * Math.PI) / 180
  return [at(0), at(1) * Math.cos(hue), at(1) * Math.sin(hue)]
}

/** OKLab to sRGB, 0..255; Ottosson's matrices. Clipped where out of gamut. */
function toRgb([lightness, a, b]: Triple): Triple {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encode(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

/** Linear light to an sRGB byte, IEC 61966-2-1. */
function encode(light: number): number {
  const value = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055
  return Math.round(255 * Math.min(1, Math.max(0, value)))
}
