/** `/v1/runs`: evaluations in short, and where two of them part. */
import { z } from 'zod'

export const runSummarySchema = z.strictObject({
  /** Path of the run folder below `--runs`. */
  id: z.string(),
  createdAt: z.string(),
  detector: z.string(),
  backbone: z.string(),
  dataset: z.string(),
  images: z.strictObject({ nominal: z.int(), anomalous: z.int() }),
  folds: z.int(),
  auroc: z.number().nullable(),
  findings: z.int(),
})

const share = z.number().min(0).max(1)

/** An image that one run judges right in most of the folds that judged it, and the other wrong. */
export const disagreementSchema = z.strictObject({
  image: z.string(),
  label: z.enum(['nominal', 'anomalous']),
  /** Share of the folds in which it was judged right. */
  rightA: share,
  rightB: share,
})

export const runImageSchema = z.strictObject({
  image: z.string(),
  label: z.enum(['nominal', 'anomalous']),
  /** Raw, mean over the folds in which it was judged. */
  score: z.number(),
  /** Share of these folds in which it was judged right; what goes to a person counts as rejected. */
  right: share,
  folds: z.int().positive(),
})

export type RunImage = z.infer<typeof runImageSchema>
export type RunSummary = z.infer<typeof runSummarySchema>
export type Disagreement = z.infer<typeof disagreementSchema>
