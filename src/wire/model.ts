/** `model.json`, the front page of a model folder: what the model is, what it needs, and the hashes of its files. */
import { z } from 'zod'
import { pixelsSchema } from './evaluation.ts'
import { understoodSchema } from './understood.ts'

/** Raise it when a folder is laid out otherwise; folders of another version are refused. */
export const modelVersion = 2

const hash = z.string().regex(/^[0-9a-f]{64}$/)

export const modelSchema = z.strictObject({
  format: z.literal('plumbline-model'),
  version: z.literal(modelVersion),
  plumbline: z.string(),
  createdAt: z.string(),
  detector: z.strictObject({ id: z.string(), version: z.int(), options: z.record(z.string(), z.unknown()) }),
  backbone: z.strictObject({ id: z.string(), weights: z.string() }),
  /**
   * The weights themselves: a file of this folder, or numbers that the program makes by the name of the backbone. Null only while a
   * run is not finished.
   */
  weights: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('file'),
        file: z.literal('weights.safetensors'),
        bytes: z.int(),
        sha256: hash,
        /** SPDX identifier; null where the file is not known to the registry. */
        licence: z.string().nullable(),
        source: z.string().nullable(),
      }),
      z.strictObject({ kind: z.literal('made'), sha256: hash, licence: z.string() }),
    ])
    .nullable(),
  input: z.strictObject({
    width: z.int().positive(),
    height: z.int().positive(),
    fit: z.enum(['stretch', 'pad', 'crop']),
  }),
  /** How the pixels of files of more than 8 bits, or of several pages, were read and are to be read; absent where there were none. */
  pixels: pixelsSchema.optional(),
  /** Null when no policy could be applied; `predict` then needs one from the user. */
  threshold: z
    .strictObject({
      policy: z.string(),
      value: z.number(),
      /** Lower end of the review band; null without one. */
      review: z.number().nullable(),
      guarantee: z.string(),
      /** Images whose scores it was chosen from, and how they were scored. */
      nominal: z.int(),
      anomalous: z.int(),
      source: z.string(),
    })
    .nullable(),
  /** Raw scores at the ends of the heat maps' colour scale. */
  mapScale: z.strictObject({ low: z.number(), high: z.number() }),
  /** What the training data was taken for; absent in models of version 0.1. */
  dataset: understoodSchema.optional(),
  trained: z.strictObject({ images: z.int(), fingerprint: z.string(), seed: z.number() }),
  /** The detector's own files. */
  files: z.record(z.string().regex(/^[\w-]+\.\w+$/), z.strictObject({ bytes: z.int(), sha256: hash })),
})

export type ModelCard = z.infer<typeof modelSchema>
export type ModelWeights = NonNullable<ModelCard['weights']>
