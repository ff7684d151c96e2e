/** `parity.json` of an exported model: what goes in and comes out, what must come out for the fixtures, and how exactly. */
import { z } from 'zod'
import { intervalSchema } from './evaluation.ts'

/** In the order in which a picture goes through them. */
export const parityStages = ['frame', 'resized', 'features', 'map', 'score', 'verdict'] as const
export type ParityStage = (typeof parityStages)[number]

const arrayFile = z.string().regex(/^fixtures\/\w[\w.-]*\.npy$/)

const fixtureSchema = z.strictObject({
  name: z.string(),
  /** What it is there to find. */
  why: z.string(),
  image: z.strictObject({
    /** uint8 [height, width, channels], upright, as decoded; one channel where the model takes grey pictures. */
    file: arrayFile,
    /** How often it is repeated downwards and across before it is fed. */
    repeat: z.tuple([z.int().min(1), z.int().min(1)]),
  }),
  golden: z.strictObject({
    score: z.number(),
    /** Null where the model has no threshold. */
    verdict: z.enum(['nominal', 'anomalous', 'review']).nullable(),
    /** left, top, width, height */
    frame: z.array(z.int()).length(4),
    /** float32 [rows, cols]. */
    map: arrayFile,
    /** uint8 [rows, cols, 3]. */
    resized: arrayFile,
    /** float16 [channels, rows, cols] of each stage; empty where they would take too much room. */
    features: z.record(z.string(), arrayFile),
  }),
})

const differenceSchema = z.strictObject({
  /** Of the lower precision less full precision, over the folds; null where it is undefined. */
  mean: z.number().nullable(),
  ci: intervalSchema,
})

/** What less than float32 loses, measured on the folds of a run: the same images, judged by models of the folds in both precisions. */
export const precisionLossSchema = z.strictObject({
  run: z.string(),
  folds: z.int(),
  /** Judged images over all folds. */
  images: z.int(),
  auroc: differenceSchema,
  escapeRate: differenceSchema,
  overkillRate: differenceSchema,
  /** Images whose score lies within this share of the threshold, and how many verdicts became others. */
  near: z.strictObject({ within: z.number(), images: z.int(), flips: z.int(), allowed: z.number() }),
})
export type PrecisionLoss = z.infer<typeof precisionLossSchema>

export const paritySchema = z.strictObject({
  format: z.literal('plumbline-parity'),
  version: z.literal(1),
  plumbline: z.string(),
  model: z.strictObject({
    file: z.string(),
    diagnostic: z.string(),
    operatorSet: z.int(),
    precision: z.enum(['float32', 'float16', 'int8']),
    input: z.strictObject({
      name: z.literal('image'),
      dtype: z.literal('uint8'),
      /** Numbers, or names of extents that the run says. */
      shape: z.array(z.union([z.int(), z.string()])).length(4),
    }),
    size: z.strictObject({ width: z.int(), height: z.int() }),
    stages: z.array(z.strictObject({ stage: z.string(), channels: z.int(), rows: z.int(), cols: z.int() })),
  }),
  /** A float32 number: a score of float32 is anomalous from there on. */
  threshold: z.number().nullable(),
  review: z.number().nullable(),
  tolerance: z.strictObject({
    /** Share of the score, or of `leastScore` where that is more. */
    score: z.number(),
    leastScore: z.number(),
    /** Share of the largest value of the golden map, or of `leastScore`. */
    map: z.number(),
    /** Share of the largest feature of a stage. */
    features: z.number(),
    /** Grey levels. */
    resized: z.number(),
  }),
  fixtures: z.array(fixtureSchema),
  /** What was measured when it was made. */
  measured: z.strictObject({
    runtime: z.string(),
    /** Largest deviation of each stage, as a share of what is allowed; at most 1. */
    worst: z.record(z.enum(parityStages), z.number()),
    /** Fixtures whose score lies so close to the threshold that either verdict is right. */
    ties: z.int(),
    /** Null for float32. */
    loss: precisionLossSchema.nullable(),
  }),
  files: z.record(
    z.string().regex(/^(fixtures\/)?\w[\w.-]*$/),
    z.strictObject({ bytes: z.int(), sha256: z.string() }),
  ),
})

export type Parity = z.infer<typeof paritySchema>
export type ParityFixture = z.infer<typeof fixtureSchema>
export type ParityTolerance = Parity['tolerance']
