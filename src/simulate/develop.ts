/**
 * From light on the sensor to an 8 bit picture: lens blur, glare, vignetting, noise, the softness of demosaicing and
 * compression, a film-like shoulder and the sRGB curve.
 */
import { gaussianKernel } from '../image/blur-image.ts'
import type { Image } from '../image/image.ts'
import { srgbOfLight } from '../image/srgb.ts'
import { createRandom } from '../math/random.ts'
import type { SceneSpec } from './render-spec.ts'

/** Height of the pictures for which blur is stated. */
const referenceHeight = 267

/** @param light - Linear RGB, [height, width, 3]; used up (overwritten) on the way. */
export function developInPlace(light: Float32Array, width: number, height: number, scene: SceneSpec): Image {
  const scale = height / referenceHeight
  blurInPlace(light, width, height, scene.blur * scale)
  addGlareInPlace(light, width, height, 9 * scale)
  exposeInPlace(light, width, height, scene)
  blurInPlace(light, width, height, 0.42)
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < data.length; i++)
    data[i] = toneCurve[Math.min(toneSteps, Math.max(0, light[i]! * toneScale)) | 0]!
  return { width, height, data }
}

/** Vignetting, exposure, then shot and read noise. */
function exposeInPlace(light: Float32Array, width: number, height: number, scene: SceneSpec): void {
  const reach2 = (width * width + height * height) / 4
  let state = createRandom(scene.seed, 'sensor').integer(0x7fffffff)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const off = ((x - width / 2) ** 2 + (y - height / 2) ** 2) / reach2
      const gain = scene.exposure * (1 - 0.34 * off * (0.6 + 0.4 * off))
      const at = (y * width + x) * 3
      for (let c = 0; c < 3; c++) {
        const value = gain * scene.tint[c]! * light[at + c]!
        // Sum of four bytes of a hashed counter: nearly normal, standard deviation 1.
        state = (state + 0x9e3779b9) | 0
        let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
        bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97)
        bits ^= bits >>> 15
        const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24)
        const normal = (sum - 510) / 147.8
        light[at + c] = value + scene.noise * normal * Math.sqrt(0.000012 + 0.00055 * Math.max(0, value))
      }
    }
  }
}

/** Light scattered in the lens by what is brighter than white. */
function addGlareInPlace(light: Float32Array, width: number, height: number, sigma: number): void {
  const step = 4
  const columns = Math.ceil(width / step)
  const rows = Math.ceil(height / step)
  const bright = new Float32Array(columns * rows * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3
      const to = (Math.floor(y / step) * columns + Math.floor(x / step)) * 3
      for (let c = 0; c < 3; c++) bright[to + c]! += Math.max(0, light[from + c]! - 0.7) / (step * step)
    }
  }
  blurInPlace(bright, columns, rows, sigma / step)
  for (let y = 0; y < height; y++) {
    const j = Math.min(rows - 1.001, Math.max(0, (y + 0.5) / step - 0.5))
    const row = Math.floor(j)
    for (let x = 0; x < width; x++) {
      const i = Math.min(columns - 1.001, Math.max(0, (x + 0.5) / step - 0.5))
      const column = Math.floor(i)
      const at = (row * columns + column) * 3
      const right = columns > 1 ? 3 : 0
      const down = rows > 1 ? columns * 3 : 0
      for (let c = 0; c < 3; c++) {
        const top = bright[at + c]! * (1 - i + column) + bright[at + right + c]! * (i - column)
        const bottom =
          bright[at + down + c]! * (1 - i + column) + bright[at + down + right + c]! * (i - column)
        light[(y * width + x) * 3 + c]! += 0.1 * (top * (1 - j + row) + bottom * (j - row))
      }
    }
  }
}

/** Gaussian blur of an interleaved RGB picture, edges replicated; sigma below 0.15 does nothing. */
function blurInPlace(picture: Float32Array, width: number, height: number, sigma: number): void {
  if (sigma < 0.15) return
  const radius = Math.max(1, Math.ceil(2.6 * sigma))
  const kernel = gaussianKernel(sigma, radius)
  const line = new Float32Array((Math.max(width, height) + 2 * radius) * 3)
  blurLines(picture, height, width * 3, width, 3, kernel, line)
  blurLines(picture, width, 3, height, width * 3, kernel, line)
}

/** Convolves `lines` lines of `length` pixels, `lineStride` and `pixelStride` numbers apart. */
function blurLines(
  picture: Float32Array,
  lines: number,
  lineStride: number,
  length: number,
  pixelStride: number,
  kernel: Float64Array,
  padded: Float32Array,
): void {
  const radius = (kernel.length - 1) / 2
  for (let n = 0; n < lines; n++) {
    const base = n * lineStride
    for (let i = -radius; i < length + radius; i++) {
      const from = base + Math.min(length - 1, Math.max(0, i)) * pixelStride
      const to = (i + radius) * 3
      padded[to] = picture[from]!
      padded[to + 1] = picture[from + 1]!
      padded[to + 2] = picture[from + 2]!
    }
    for (let i = 0; i < length; i++) {
      let red = 0
      let green = 0
      let blue = 0
      for (let k = 0, at = i * 3; k < kernel.length; k++, at += 3) {
        const weight = kernel[k]!
        red += weight * padded[at]!
        green += weight * padded[at + 1]!
        blue += weight * padded[at + 2]!
      }
      const to = base + i * pixelStride
      picture[to] = red
      picture[to + 1] = green
      picture[to + 2] = blue
    }
  }
}

const toneSteps = 8191
const toneScale = toneSteps / 2
/** Linear 0..2 to 0..255: straight up to 0.6, then a shoulder that reaches white at about 1.6; sRGB transfer curve. */
const toneCurve = Uint8Array.from({ length: toneSteps + 1 }, (_, i) => {
  const linear = i / toneScale
  const shoulder = linear < 0.6 ? linear : 0.6 + 0.4 * (1 - Math.exp(-(linear - 0.6) / 0.4))
  return Math.min(255, Math.round(255 * srgbOfLight(shoulder) * 1.01))
})
