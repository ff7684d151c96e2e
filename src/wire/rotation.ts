/** `rotation.json`: what the rotation experiment found. */
import { z } from 'zod'
import { estimateSchema, intervalSchema } from './evaluation.ts'

const figure = z.number().nullable()

const rotationRowSchema = z.strictObject({
  /** Degrees of the nominal images judged, clockwise; `all` for those of every rotation together. */
  rotation: z.string(),
  /** Distinct nominal images judged over the folds. */
  images: z.int(),
  /** All anomalous images, upright, against these nominal ones. */
  auroc: estimateSchema,
  /** Share of these nominal images that are rejected at the fold's threshold. */
  overkillRate: estimateSchema,
})

const armSchema = z.strictObject({
  /** Run folder, below that of the experiment. */
  run: z.string(),
  rows: z.array(rotationRowSchema),
})

const differenceSchema = z.strictObject({
  mean: figure,
  ci: intervalSchema,
  pValue: figure,
  isDistinguishable: z.boolean(),
})

export const rotationSchema = z.strictObject({
  plumbline: z.string(),
  createdAt: z.string(),
  command: z.string(),
  dataset: z.string(),
  detector: z.string(),
  backbone: z.string(),
  folds: z.int(),
  seed: z.number(),
  /** Degrees of the turned copies. */
  rotations: z.array(z.int()),
  /** Trained, and the threshold chosen, on upright images. */
  upright: armSchema,
  /** Trained, and the threshold chosen, on upright images and their turned copies. */
  turned: armSchema,
  /** Second arm minus first, nominal images of every rotation judged. */
  gain: z.strictObject({ auroc: differenceSchema, overkillRate: differenceSchema }),
  /** In words, one sentence each. */
  conclusion: z.array(z.string()),
})

export type Rotation = z.infer<typeof rotationSchema>
export type RotationRow = z.infer<typeof rotationRowSchema>
