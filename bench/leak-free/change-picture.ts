/**
 * Prepared pictures changed before a backbone sees them: light taken off in several ways, and turned copies. Only the picture is
 * changed, its padding stays black. All levels are set by the mean of the three channels, so that colours keep their order.
 */
import type { PreparedImage, Rect } from '../../src/image/image.ts'
import { flip, mirror } from '../../src/synthesis/turn-image.ts'

export type ChangePicture = (image: PreparedImage) => PreparedImage

/** Level and spread that a picture is brought to, in grey levels. */
const [level, spread] = [128, 48]

/** Mean and spread of the whole picture made the same for all: exposure and gain drop out. */
export const setLevels: ChangePicture = (image) => {
  const grey = greyOf(image)
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length
  const squares = grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length
  const gain = spread / Math.max(1, Math.sqrt(squares))
  return recoloured(image, (value) => level + (value - mean) * gain)
}

/** Every pixel over the light around it, an eighth of the picture's longer side to each direction: slow shadows drop out. */
export const flattenLight: ChangePicture = (image) => {
  const { content } = image.frame
  const around = boxMean(greyOf(image), content, reachOf(content))
  return recoloured(image, (value, i) => (level * value) / Math.max(4, around[i]!))
}

/** Every pixel against the mean around it, over the spread around it. */
export const localContrast: ChangePicture = (image) => {
  const { content } = image.frame
  const grey = greyOf(image)
  const around = boxMean(grey, content, reachOf(content))
  const squares = boxMean(
    grey.map((value) => value * value),
    content,
    reachOf(content),
  )
  return recoloured(image, (value, i) => {
    const own = Math.sqrt(Math.max(0, squares[i]! - around[i]! ** 2))
    return level + (spread * (value - around[i]!)) / Math.max(4, own)
  })
}

/** Grey levels by rank: any growing change of light drops out. */
export const equalise: ChangePicture = (image) => {
  const grey = greyOf(image)
  const below = new Float64Array(257)
  for (const value of grey) below[Math.round(value) + 1]!++
  for (let i = 1; i < below.length; i++) below[i]! += below[i - 1]!
  const at = (value: number): number => {
    const whole = Math.round(value)
    return (255 * (below[whole]! + below[whole + 1]!)) / 2 / grey.length
  }
  return recoloured(image, (value) => at(value))
}

export const mirrored: ChangePicture = (image) => moved(image, mirror(image).data, true, false)
export const flipped: ChangePicture = (image) => moved(image, flip(image).data, false, true)
export const halfTurned: ChangePicture = (image) => moved(image, mirror(flip(image)).data, true, true)

function moved(
  image: PreparedImage,
  data: Uint8Array,
  isMirrored: boolean,
  isFlipped: boolean,
): PreparedImage {
  const { content } = image.frame
  const x = isMirrored ? image.width - content.x - content.width : content.x
  const y = isFlipped ? image.height - content.y - content.height : content.y
  return { ...image, data, frame: { ...image.frame, content: { ...content, x, y } } }
}

const reachOf = ({ width, height }: Rect): number => Math.max(1, Math.round(Math.max(width, height) / 8))

/** float64 [content.height, content.width] */
function greyOf({ data, width, frame: { content } }: PreparedImage): Float64Array {
  const grey = new Float64Array(content.width * content.height)
  for (let y = 0, i = 0; y < content.height; y++) {
    for (let x = 0; x < content.width; x++, i++) {
      const at = 3 * ((y + content.y) * width + x + content.x)
      grey[i] = (data[at]! + data[at + 1]! + data[at + 2]!) / 3
    }
  }
  return grey
}

/** @param to - Of a value of a channel and its pixel, counted in the content. */
function recoloured(image: PreparedImage, to: (value: number, pixel: number) => number): PreparedImage {
  const { content } = image.frame
  const data = image.data.slice()
  for (let y = 0, i = 0; y < content.height; y++) {
    for (let x = 0; x < content.width; x++, i++) {
      const at = 3 * ((y + content.y) * image.width + x + content.x)
      for (let c = at; c < at + 3; c++) data[c] = Math.max(0, Math.min(255, Math.round(to(data[c]!, i))))
    }
  }
  return { ...image, data }
}

/** Means over squares of side 2 reach + 1, as far as they lie in the picture: a running sum along either axis. */
function boxMean(values: Float64Array, { width, height }: Rect, reach: number): Float64Array {
  const across = runningMeans(values, height, width, width, 1, reach)
  return runningMeans(across, width, height, 1, width, reach)
}

function runningMeans(
  values: Float64Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
  reach: number,
): Float64Array {
  const means = new Float64Array(values.length)
  const sums = new Float64Array(length + 1)
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep
    for (let i = 0; i < length; i++) sums[i + 1] = sums[i]! + values[start + i * step]!
    for (let i = 0; i < length; i++) {
      const [from, end] = [Math.max(0, i - reach), Math.min(length, i + reach + 1)]
      means[start + i * step] = (sums[end]! - sums[from]!) / (end - from)
    }
  }
  return means
}
