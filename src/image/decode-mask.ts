/** From a mask file to inside and outside. */
import { InputError } from '../errors.ts'
import { readBytes } from '../files/read-bytes.ts'
import { decodeSamples, type Samples } from './decode-samples.ts'
import type { Mask } from './image.ts'
import { maskOfLevels } from './mask-levels.ts'
import { firstOfPalette } from './png-palette.ts'

/** What is known of a mask besides its file. */
export interface MaskMeaning {
  /**
   * What is outside: `border` for the colour that most of the picture's edge has, or the colours themselves as 0xRRGGBB. Where
   * absent, it is read off the file: see {@link inspectMask}.
   */
  readonly background?: 'border' | readonly number[]
  /** Stands in the errors, for bytes. */
  readonly path?: string
}

export interface InspectedMask {
  readonly mask: Mask
  /** What was taken for the background: a colour 0xRRGGBB, or that it is transparent. */
  readonly background: number | 'transparent'
  /** How many values there are besides the background's. */
  readonly values: number
  /** How many of them are levels of their own: classes, numbers of objects; 1 for an ordinary mask. */
  readonly levels: number
  /** Share of the picture that is inside, and of its edge. */
  readonly covered: number
  readonly coveredEdge: number
}

/**
 * What is not background is inside; at soft edges, what is above half (`maskOfLevels`).
 *
 * Background is what was said; else what is transparent, where some is and some is not; else the first colour of a
 * palette; else black; else, where there is none, the colour that most of the picture's edge has. A picture of one
 * colour other than black is inside as a whole.
 *
 * @param source - Path of a file, or the bytes of one.
 * @throws {InputError} as `decodeImage`; or it is a photograph or a heat map, with hundreds of grey levels.
 */
export async function decodeMask(source: string | Uint8Array, meaning: MaskMeaning = {}): Promise<Mask> {
  return (await inspectMask(source, meaning)).mask
}

/** As {@link decodeMask}, with what was found on the way. */
export async function inspectMask(
  source: string | Uint8Array,
  meaning: MaskMeaning = {},
): Promise<InspectedMask> {
  const path = typeof source === 'string' ? source : (meaning.path ?? 'image in memory')
  const bytes = typeof source === 'string' ? await readBytes(source) : source
  const samples = await decodeSamples(bytes, { keepAlpha: true }).catch((cause: unknown) => {
    if (!(cause instanceof InputError)) throw cause
    throw new InputError(path, cause.message.replace(`${cause.path}: `, ''), { cause })
  })
  const { width, height, format } = samples
  const isLossy = format === 'JPEG' || format === 'WebP'
  const { data, background } = distancesOf(samples, meaning.background, firstOfPalette(bytes), isLossy)
  const { isPicture, values, levels, ...mask } = maskOfLevels({ width, height, data, isLossy })
  if (isPicture) {
    throw new InputError(
      path,
      `is no mask: it holds ${values} levels that run into each other, as a photograph or a heat map does; a mask has one value for each class`,
    )
  }
  const { covered, coveredEdge } = coverage(mask)
  return {
    mask,
    background,
    values,
    levels,
    covered,
    coveredEdge,
  }
}

function distancesOf(
  samples: Samples,
  given: MaskMeaning['background'],
  paletteFirst: number | null,
  isLossy: boolean,
): { readonly data: Uint8Array | Uint16Array; readonly background: number | 'transparent' } {
  const { alpha } = samples
  if (alpha !== null && !Array.isArray(given) && isCutOut(alpha)) {
    return { data: given === 'border' ? fromEdge(samples, alpha) : alpha, background: 'transparent' }
  }
  const values = wholeNumbers(samples.data)
  const black = isLossy ? 40 : 0
  const backgrounds =
    given === undefined
      ? [chooseBackground(samples, values, paletteFirst, black)]
      : given === 'border'
        ? [usualOfEdge(samples, values)]
        : given
  return { data: nearest(samples, values, backgrounds), background: backgrounds[0] ?? 0 }
}

/** Transparent in some places and painted in others. */
function isCutOut(alpha: Uint8Array): boolean {
  return alpha.includes(0) && alpha.some((value) => value > 0)
}

/** Paint all around and a hole in the middle: the hole. */
function fromEdge({ width, height }: Samples, alpha: Uint8Array): Uint8Array {
  const usual = mostFrequent(edgeOf(width, height).map((at) => alpha[at]!))
  return alpha.map((value) => Math.abs(value - usual))
}

/** Numbers that are neither whole nor small are brought to 0..65535: a mask has no unit. */
function wholeNumbers(data: Samples['data']): Uint8Array | Uint16Array {
  if (!(data instanceof Float64Array)) return data
  let largest = 0
  let isWhole = true
  for (const value of data) {
    if (value > largest) largest = value
    if (!Number.isInteger(value)) isWhole = false
  }
  const scale = isWhole && largest <= 65535 ? 1 : 65535 / (largest || 1)
  return Uint16Array.from(data, (value) => Math.max(0, Math.round((value || 0) * scale)))
}

function chooseBackground(
  samples: Samples,
  values: Uint8Array | Uint16Array,
  paletteFirst: number | null,
  black: number,
): number {
  const colours = countColours(samples, values, black)
  if (paletteFirst !== null && paletteFirst !== 0 && colours.all.has(paletteFirst)) {
    // Some tools sort palettes by brightness or frequency: the edge of the picture has the last word.
    if ((colours.edge.get(0) ?? 0) <= (colours.edge.get(paletteFirst) ?? 0)) return paletteFirst
  }
  if (colours.hasBlack || colours.all.size <= 1) return 0
  return usualOfEdge(samples, values)
}

/** @param black - Up to this, a pixel is black. */
function countColours(
  samples: Samples,
  values: Uint8Array | Uint16Array,
  black: number,
): {
  readonly all: ReadonlySet<number>
  readonly edge: ReadonlyMap<number, number>
  readonly hasBlack: boolean
} {
  const { width, height, channels } = samples
  const all = new Set<number>()
  let hasBlack = false
  for (let i = 0; i < width * height; i++) {
    if (isAsBefore(values, channels, i)) continue
    const colour = colourAt(values, channels, i)
    if (all.size < 4096) all.add(colour)
    if (brightest(colour) <= black) hasBlack = true
  }
  const edge = new Map<number, number>()
  for (const at of edgeOf(width, height)) {
    const colour = colourAt(values, channels, at)
    edge.set(colour, (edge.get(colour) ?? 0) + 1)
  }
  return { all, edge, hasBlack }
}

/** Masks are plain: most pixels are like the one before. */
function isAsBefore(values: Uint8Array | Uint16Array, channels: 1 | 3, i: number): boolean {
  const at = channels * i
  if (i === 0 || values[at] !== values[at - channels]) return false
  return channels === 1 || (values[at + 1] === values[at - 2] && values[at + 2] === values[at - 1])
}

/** 0xRRGGBB; of 16 bits the value for grey and the upper halves for colour. */
function colourAt(values: Uint8Array | Uint16Array, channels: 1 | 3, i: number): number {
  const scale = values instanceof Uint16Array ? 257 : 1
  if (channels === 1) {
    const level = values[i]!
    // Grey of 16 bits: numbers below 256 are classes and must stay apart from 0.
    const byte = scale === 1 ? level : level === 0 ? 0 : Math.max(1, Math.round(level / scale))
    return byte * 0x010101
  }
  const red = Math.round(values[3 * i]! / scale)
  const green = Math.round(values[3 * i + 1]! / scale)
  const blue = Math.round(values[3 * i + 2]! / scale)
  return (red << 16) | (green << 8) | blue
}

const brightest = (colour: number): number => Math.max(colour >> 16, (colour >> 8) & 255, colour & 255)

const usualOfEdge = ({ width, height, channels }: Samples, values: Uint8Array | Uint16Array): number =>
  mostFrequent(edgeOf(width, height).map((at) => colourAt(values, channels, at)))

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0])[0]
}

/** Indices of the pixels at the edge of a picture. */
function edgeOf(width: number, height: number): number[] {
  const edge: number[] = []
  for (let x = 0; x < width; x++) edge.push(x, (height - 1) * width + x)
  for (let y = 1; y < height - 1; y++) edge.push(y * width, y * width + width - 1)
  return edge
}

/** Largest difference of a channel from the nearest of the backgrounds. */
function nearest(
  { width, height, channels }: Samples,
  values: Uint8Array | Uint16Array,
  backgrounds: readonly number[],
): Uint8Array | Uint16Array {
  const scale = values instanceof Uint16Array ? 257 : 1
  const colours = backgrounds.map((colour) =>
    [colour >> 16, (colour >> 8) & 255, colour & 255].map((byte) => byte * scale),
  )
  const distances =
    values instanceof Uint16Array ? new Uint16Array(width * height) : new Uint8Array(width * height)
  for (let i = 0; i < distances.length; i++) {
    if (isAsBefore(values, channels, i)) {
      distances[i] = distances[i - 1]!
      continue
    }
    let least = 65535
    for (const colour of colours) {
      let largest = 0
      for (let c = 0; c < channels; c++) {
        const difference = Math.abs(values[channels * i + c]! - colour[c]!)
        if (difference > largest) largest = difference
      }
      if (largest < least) least = largest
    }
    distances[i] = least
  }
  return distances
}

function coverage({ width, height, data }: Mask): { covered: number; coveredEdge: number } {
  let inside = 0
  for (let i = 0; i < data.length; i++) inside += data[i]!
  const edge = edgeOf(width, height)
  const at = edge.reduce((sum, i) => sum + data[i]!, 0)
  return { covered: inside / data.length, coveredEdge: at / edge.length }
}
