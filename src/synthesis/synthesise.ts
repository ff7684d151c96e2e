/**
 * A training sample with an anomaly, made from a nominal image: local anomaly synthesis of GLASS.
 *
 * A mask of Perlin noise, cut to the object; a texture, augmented; the two blended into the image. The image is at the model's
 * size already, and so is the texture before it is augmented, which is the reference's order.
 * Source: Chen et al. 2024, "A Unified Anomaly Synthesis Strategy with Gradient Ascent for Industrial Anomaly Detection and
 * Localization", local anomaly synthesis; github.com/cqylunlun/GLASS, datasets/mvtec.py, perlin.py.
 */
import { ShapeError } from '../errors.ts'
import type { Mask, PreparedImage } from '../image/image.ts'
import type { Random } from '../math/random.ts'
import { augmentTexture } from './augment-texture.ts'
import { blendTexture } from './blend-texture.ts'
import { findPerlinMask } from './perlin-mask.ts'
import { poolMask } from './pool-mask.ts'
import { checkSynthesisOptions, type SynthesisOptions, synthesisDefaults } from './synthesis-options.ts'
import type { TextureSource } from './texture-source.ts'

export interface SynthesisInput {
  readonly image: PreparedImage
  /** The object at the size of the image; null lets anomalies lie anywhere in the content. */
  readonly foreground: Mask | null
  readonly textures: TextureSource
  /** One number is drawn from it, when called; the rest follows from streams of its own. */
  readonly random: Random
  readonly options?: Partial<SynthesisOptions>
}

export type Synthesis =
  | {
      readonly ok: true
      readonly image: PreparedImage
      /** Where the image was changed, at its size: inside foreground and content, at least one pixel. */
      readonly mask: Mask
      /** The mask for a map of features: size (cols, rows), see {@link poolMask}. */
      featureMask(rows: number, cols: number): Mask
    }
  | { readonly ok: false; readonly reason: NoSynthesis }

/** `empty-foreground`: no place for an anomaly. `missed`: every mask drawn missed the foreground, which is then tiny. */
export type NoSynthesis = 'empty-foreground' | 'missed'

/**
 * @returns The same for equal images, foregrounds, options, textures and states of `random`, whatever runs beside it.
 * @throws {ShapeError} The foreground has not the size of the image.
 * @throws {UsageError} An option is out of range.
 * @throws {InputError} No texture can be read.
 */
export async function synthesise(input: SynthesisInput): Promise<Synthesis> {
  const { image, foreground, textures } = input
  const options = { ...synthesisDefaults, ...input.options }
  checkSynthesisOptions(options)
  const random = input.random.fork(input.random.integer(2 ** 32))
  const allowed = allowedPlaces(image, foreground)
  if (!allowed.data.includes(1)) return { ok: false, reason: 'empty-foreground' }
  const mask = findPerlinMask(allowed, options, random.fork('mask'))
  if (mask === undefined) return { ok: false, reason: 'missed' }
  const drawn = await textures.draw(random.fork('texture'), { width: image.width, height: image.height })
  const texture = augmentTexture(drawn, options.augmentations, random.fork('augment'))
  const imageWeight = drawImageWeight(options, random.fork('weight'))
  return {
    ok: true,
    image: { ...blendTexture(image, texture, mask, imageWeight), frame: image.frame },
    mask,
    featureMask: (rows, cols) => poolMask(mask, rows, cols),
  }
}

/** Foreground without padding. */
function allowedPlaces({ width, height, frame }: PreparedImage, foreground: Mask | null): Mask {
  if (foreground !== null && (foreground.width !== width || foreground.height !== height)) {
    throw new ShapeError('foreground', `[${height}, ${width}]`, [foreground.height, foreground.width])
  }
  const { content } = frame
  const data = new Uint8Array(width * height)
  for (let y = content.y; y < content.y + content.height; y++) {
    const from = y * width + content.x
    const to = from + content.width
    if (foreground === null) data.fill(1, from, to)
    else data.set(foreground.data.subarray(from, to), from)
  }
  return { width, height, data }
}

function drawImageWeight({ imageWeight }: SynthesisOptions, random: Random): number {
  const { mean, deviation, low, high } = imageWeight
  return Math.min(high, Math.max(low, mean + deviation * random.normal()))
}
