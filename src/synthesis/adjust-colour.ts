/**
 * Changes of colour by which textures are varied: brightness, contrast, saturation, hue, grey, stretched and equalised levels.
 *
 * On bytes, rounding as Pillow does it, through which the reference varies its textures, so that a texture goes through the
 * same grey levels. Every function returns a new image.
 * Source: Pillow 9.4, libImaging/Blend.c, libImaging/Convert.c, ImageEnhance.py, ImageOps.py; torchvision's
 * `adjust_hue`.
 */
import type { Image } from '../image/image.ts'

/** @param factor - 0 black, 1 as it is, above 1 brighter. */
export function adjustBrightness(image: Image, factor: number): Image {
  return mapLevels(image, sameForAll(blendTable(0, factor)))
}

/** @param factor - 0 one grey (the mean), 1 as it is, above 1 more contrast. */
export function adjustContrast(image: Image, factor: number): Image {
  const { data } = image
  let sum = 0
  for (let i = 0; i < data.length; i += 3) sum += luma(data[i]!, data[i + 1]!, data[i + 2]!)
  const mean = Math.trunc(sum / (data.length / 3) + 0.5)
  return mapLevels(image, sameForAll(blendTable(mean, factor)))
}

/** @param factor - 0 grey, 1 as it is, above 1 more colourful. */
export function adjustSaturation({ width, height, data }: Image, factor: number): Image {
  const out = new Uint8Array(data.length)
  const alpha = Math.fround(factor)
  for (let i = 0; i < data.length; i += 3) {
    const grey = luma(data[i]!, data[i + 1]!, data[i + 2]!)
    out[i] = blendByte(grey, data[i]!, alpha)
    out[i + 1] = blendByte(grey, data[i + 1]!, alpha)
    out[i + 2] = blendByte(grey, data[i + 2]!, alpha)
  }
  return { width, height, data: out }
}

/**
 * Turns the hue, through HSV in bytes.
 *
 * @param turn - -0.5..0.5 of the colour circle.
 */
export function adjustHue({ width, height, data }: Image, turn: number): Image {
  const out = new Uint8Array(data.length)
  const shift = Math.trunc(turn * 255)
  for (let i = 0; i < data.length; i += 3) {
    const red = data[i]!
    const green = data[i + 1]!
    const blue = data[i + 2]!
    const value = Math.max(red, green, blue)
    const span = value - Math.min(red, green, blue)
    const saturation = span === 0 ? 0 : Math.trunc(Math.fround(span / value) * 255)
    if (saturation === 0) {
      out[i] = value
      out[i + 1] = value
      out[i + 2] = value
      continue
    }
    const hue = (hueByte(red, green, blue, value, span) + shift) & 255
    const place = (hue * 6) / 255
    const sector = Math.floor(place)
    const part = Math.fround(place - sector)
    const strength = Math.fround(saturation / 255)
    const low = Math.round(value * (1 - strength))
    const falling = Math.round(value * (1 - Math.fround(strength * part)))
    const rising = Math.round(value * (1 - strength * (1 - part)))
    const at = sector % 6
    out[i] = at === 0 || at === 5 ? value : at === 1 ? falling : at === 4 ? rising : low
    out[i + 1] = at === 1 || at === 2 ? value : at === 0 ? rising : at === 3 ? falling : low
    out[i + 2] = at === 3 || at === 4 ? value : at === 2 ? rising : at === 5 ? falling : low
  }
  return { width, height, data: out }
}

/** Hue of a colour that is not grey, 0..255 for the whole circle. */
function hueByte(red: number, green: number, blue: number, value: number, span: number): number {
  const r = Math.fround((value - red) / span)
  const g = Math.fround((value - green) / span)
  const b = Math.fround((value - blue) / span)
  const sixth = Math.fround(red === value ? b - g : green === value ? 2 + r - b : 4 + g - r)
  return (Math.fround((sixth / 6 + 1) % 1) * 255) | 0
}

export function toGrey({ width, height, data }: Image): Image {
  const out = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i += 3) {
    const grey = luma(data[i]!, data[i + 1]!, data[i + 2]!)
    out[i] = grey
    out[i + 1] = grey
    out[i + 2] = grey
  }
  return { width, height, data: out }
}

/** Stretches each channel so that its darkest level becomes 0 and its lightest 255. */
export function stretchLevels(image: Image): Image {
  return mapLevels(image, tablePerChannel(image, stretchTable))
}

/** Spreads each channel's levels so that all become about equally frequent. */
export function equaliseLevels(image: Image): Image {
  return mapLevels(image, tablePerChannel(image, equaliseTable))
}

/** ITU-R 601 luma in fixed point, 0..255. */
const luma = (red: number, green: number, blue: number): number =>
  (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16

/** From `from` (factor 0) through `to` (1) and beyond, in single precision, cut off below the point. */
function blendByte(from: number, to: number, factor: number): number {
  const value = Math.fround(from + Math.fround(factor * (to - from)))
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value)
}

function blendTable(from: number, factor: number): Uint8Array {
  const alpha = Math.fround(factor)
  return Uint8Array.from({ length: 256 }, (_, level) => blendByte(from, level, alpha))
}

function sameForAll(table: Uint8Array): Uint8Array {
  const all = new Uint8Array(3 * 256)
  for (let c = 0; c < 3; c++) all.set(table, 256 * c)
  return all
}

/** @param tables - [3, 256]: each channel's new levels. */
function mapLevels({ width, height, data }: Image, tables: Uint8Array): Image {
  const out = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i += 3) {
    out[i] = tables[data[i]!]!
    out[i + 1] = tables[256 + data[i + 1]!]!
    out[i + 2] = tables[512 + data[i + 2]!]!
  }
  return { width, height, data: out }
}

function tablePerChannel({ data }: Image, table: (counts: Uint32Array) => Uint8Array): Uint8Array {
  const counts = new Uint32Array(3 * 256)
  for (let i = 0; i < data.length; i += 3) {
    counts[data[i]!]!++
    counts[256 + data[i + 1]!]!++
    counts[512 + data[i + 2]!]!++
  }
  const tables = new Uint8Array(3 * 256)
  for (let c = 0; c < 3; c++) tables.set(table(counts.subarray(256 * c, 256 * (c + 1))), 256 * c)
  return tables
}

const unchanged = Uint8Array.from({ length: 256 }, (_, level) => level)

function stretchTable(counts: Uint32Array): Uint8Array {
  const low = counts.findIndex((count) => count > 0)
  const high = counts.findLastIndex((count) => count > 0)
  if (high <= low) return unchanged
  const scale = 255 / (high - low)
  const offset = -low * scale
  return unchanged.map((level) => Math.max(0, Math.min(255, Math.trunc(level * scale + offset))))
}

function equaliseTable(counts: Uint32Array): Uint8Array {
  const highest = counts.findLastIndex((count) => count > 0)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const step = Math.floor((total - counts[highest]!) / 255)
  if (step === 0) return unchanged // few pixels, or one level
  let below = step >> 1
  return unchanged.map((level) => {
    const mapped = Math.min(255, Math.floor(below / step))
    below += counts[level]!
    return mapped
  })
}
