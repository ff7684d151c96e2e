/**
 * What the embedded segmenter has learned, as a file: plain JSON with arrays as base64, so that a model can take it along.
 *
 * Read back, the scenes cut photographs as they did, bit for bit.
 */
import { z } from 'zod'
import { ModelError } from '../../errors.ts'
import { featureCount as dims } from './cell-features.ts'
import type { Scenes } from './embedded-segmenter.ts'
import { createGaussian, type Mixture } from './mixture.ts'
import type { Scene } from './scene.ts'

const version = 1

const float32 = bytesOf((bytes) => bytes.length % 4 === 0, 'whole float32 numbers').transform(
  (bytes) => new Float32Array(bytes.slice().buffer),
)
const gaussianSchema = z.strictObject({
  weight: z.number().positive(),
  mean: z.array(z.number()).length(dims),
  covariance: z.array(z.number()).length(dims * dims),
})
const sceneSchema = z.strictObject({
  rows: z.int().positive().max(4096),
  cols: z.int().positive().max(4096),
  plate: z.strictObject({ mean: float32, spread: float32, isKnown: bytesOf(() => true, '') }),
  background: z.array(gaussianSchema).max(64),
  object: z.array(gaussianSchema).max(64),
  agreement: z.strictObject({ exemplars: z.array(float32).max(1024), worth: float32 }).nullable(),
})
const fileSchema = z.strictObject({
  format: z.literal('plumbline-scenes'),
  version: z.literal(version),
  /** Of the segmenter that learned them. */
  key: z.string(),
  /** By the size of the photographs, `WxH`. */
  scenes: z.record(z.string().regex(/^\d+x\d+$/), sceneSchema),
})

export interface ScenesFile {
  readonly key: string
  readonly scenes: Scenes
}

export function encodeScenes({ key, scenes }: ScenesFile): string {
  return JSON.stringify({
    format: 'plumbline-scenes',
    version,
    key,
    scenes: Object.fromEntries(
      Object.entries(scenes).map(([size, { rows, cols, plate, background, object, agreement }]) => [
        size,
        {
          rows,
          cols,
          plate: {
            mean: base64(plate.mean),
            spread: base64(plate.spread),
            isKnown: base64(plate.isKnown),
          },
          background: background.map(gaussianJson),
          object: object.map(gaussianJson),
          agreement: agreement && {
            exemplars: agreement.exemplars.map(base64),
            worth: base64(agreement.worth),
          },
        },
      ]),
    ),
  })
}

/** @param path - For the message. @throws {ModelError} It is not what `encodeScenes` writes. */
export function decodeScenes(path: string, bytes: Uint8Array): ScenesFile {
  const refuse = (reason: string, cause?: unknown): ModelError =>
    new ModelError(path, `is not what a preparation learned of its photographs: ${reason}`, { cause })
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw refuse('it is not JSON', cause)
  }
  const parsed = fileSchema.safeParse(json)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    throw refuse(`${issue.path.join('.')}: ${issue.message}`)
  }
  const scenes: Record<string, Scene> = {}
  for (const [size, { background, object, ...rest }] of Object.entries(parsed.data.scenes)) {
    const scene = { ...rest, background: mixtureOf(background), object: mixtureOf(object) }
    if (!hasItsSizes(scene))
      throw refuse(`${size}: arrays of another size than ${rest.rows} x ${rest.cols} cells`)
    scenes[size] = scene
  }
  return { key: parsed.data.key, scenes }
}

function hasItsSizes({ rows, cols, plate, agreement }: Scene): boolean {
  const cells = rows * cols
  return (
    plate.mean.length === cells * dims &&
    plate.spread.length === cells * dims &&
    plate.isKnown.length === cells &&
    (agreement === null || agreement.exemplars.every(({ length }) => length === cells))
  )
}

const gaussianJson = ({ weight, mean, covariance }: Mixture[number]) => ({
  weight,
  mean: [...mean],
  covariance: [...covariance],
})

const mixtureOf = (all: readonly z.infer<typeof gaussianSchema>[]): Mixture =>
  all.map(({ weight, mean, covariance }) =>
    createGaussian(weight, Float64Array.from(mean), Float64Array.from(covariance)),
  )

const base64 = ({ buffer, byteOffset, byteLength }: Float32Array | Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

function bytesOf(check: (bytes: Uint8Array) => boolean, words: string) {
  return z
    .base64()
    .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
    .refine(check, `expected ${words}`)
}
