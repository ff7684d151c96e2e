/** `model.json`, the front page of a model folder: what the model is, what it needs, and the hashes of its files. */
import { z } from 'zod'
import { findingSchema, intervalSchema, levelSchema } from './evaluation.ts'
import { recipeSchema } from './recipe.ts'
import { referenceSchema } from './reference.ts'
import { pixelsSchema, viewShape } from './subject.ts'
import { understoodSchema } from './understood.ts'

/** Raise it when a folder is laid out otherwise; folders of another version are refused. */
export const modelVersion = 2

/** A figure over the folds of a run, with its 95 % interval; null where it is undefined. */
const figureSchema = z.strictObject({ mean: z.number().nullable(), ci: intervalSchema })

/** What the evaluation of models like this one found: figures of its folds, not of this model. */
export const evaluatedSchema = z.strictObject({
  /** Folder of the run, as it was then, and when it was made. */
  run: z.string(),
  createdAt: z.string(),
  plumbline: z.string(),
  folds: z.int(),
  /** What got one verdict each. */
  level: levelSchema,
  figures: z.strictObject({
    auroc: figureSchema,
    escapeRate: figureSchema,
    overkillRate: figureSchema,
    /** Null without a review band. */
    reviewRate: figureSchema.nullable(),
  }),
  /** Of 1,000 on the line: defective ones that escape, good ones that are rejected. */
  per1000: z.strictObject({
    prevalence: z.number(),
    /** False where nobody stated it and a default stands in. */
    prevalenceStated: z.boolean(),
    escapes: figureSchema,
    rejected: figureSchema,
  }),
  /** The same in one sentence. */
  verdict: z.string(),
  /** Of severity error and warning. */
  findings: z.array(findingSchema.omit({ evidence: true })),
  /** Under which conditions the figures hold, a sentence each. */
  holdsFor: z.array(z.string()),
})

const hash = z.string().regex(/^[0-9a-f]{64}$/)

const filesSchema = z.record(
  z.string().regex(/^[\w-]+\.\w+$/),
  z.strictObject({ bytes: z.int(), sha256: hash }),
)

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
    ...viewShape,
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
      /** What has one score: an image, or a part, whose score is made of those of its images. */
      level: levelSchema,
      /** From the scores of its images to the score of a part: `max`, `mean`, `topk:K` or `votes:K`. */
      partScore: z.string().regex(/^(max|mean|(topk|votes):[1-9]\d{0,5})$/),
      /** Images, or parts, whose scores it was chosen from, and how they were scored. */
      nominal: z.int(),
      anomalous: z.int(),
      source: z.string(),
    })
    .nullable(),
  /**
   * Where a region of a map begins: the 0.999 quantile of the maxima of so many maps of nominal images that the model had not learnt.
   * Null where none could be held back.
   */
  regions: z.strictObject({ level: z.number(), images: z.int() }).nullable(),
  /** Null for a model that nobody has evaluated. */
  evaluated: evaluatedSchema.nullable(),
  /** Raw scores at the ends of the heat maps' colour scale. */
  mapScale: z.strictObject({ low: z.number(), high: z.number() }),
  /** What the training data was taken for; absent in models of version 0.1. */
  dataset: understoodSchema.optional(),
  trained: z.strictObject({ images: z.int(), fingerprint: z.string(), seed: z.number() }),
  /**
   * How its images were made of photographs (`plumbline prepare`), which it does to photographs itself where it can; null where it
   * learnt from images as they are.
   */
  preparation: recipeSchema.nullable().default(null),
  /** What its training images were like, so that others are noticed at prediction; null where nobody measured them. */
  reference: referenceSchema.nullable().default(null),
  /** Nominal training images kept in the folder, as they were decoded: for calibration and fixtures. */
  fixtures: z
    .array(
      z.strictObject({
        file: z.string().regex(/^fixture-\d{2}\.png$/),
        /** Id in the dataset. */
        image: z.string(),
        bytes: z.int(),
        sha256: hash,
      }),
    )
    .default([]),
  /** Files beside the detector's own, which the card says more of: `scenes.json`, what photographs of the camera show; `roi.png`, where defects count. */
  extras: filesSchema.default({}),
  /** The detector's own files. */
  files: filesSchema,
})

export type ModelCard = z.infer<typeof modelSchema>
export type EvaluatedModel = z.infer<typeof evaluatedSchema>
export type ModelWeights = NonNullable<ModelCard['weights']>
