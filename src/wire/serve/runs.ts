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
  /** One in which both judged it: where its maps are. */
  fold: z.int().nonnegative(),
  /** Share of the folds in which it was judged right. */
  rightA: share,
  rightB: share,
})

export const runImageSchema = z.strictObject({
  /** Path in the dataset. */
  image: z.string(),
  /** Empty where unknown. */
  part: z.string(),
  label: z.enum(['nominal', 'anomalous']),
  /** Kind of defect; empty where unknown or nominal. */
  defect: z.string(),
  /** Raw, mean over the folds in which it was judged. */
  score: z.number(),
  /** Share of these folds in which it was judged right; what goes to a person counts as rejected. */
  right: share,
  /** What each fold that had not seen it said of it, in their order; the map lies under the fold. */
  judged: z
    .array(
      z.strictObject({
        fold: z.int().nonnegative(),
        score: z.number(),
        decision: z.enum(['nominal', 'anomalous', 'review']),
      }),
    )
    .min(1),
})

/** One image, with what is needed to lay its maps over it. */
export const mappedRunImageSchema = runImageSchema.extend({
  /** What of the image its maps show: `middle` where it was cropped to the shape of the model's input, and they have that shape. */
  mapped: z.enum(['all', 'middle']),
})

/** What a run drew of an image for its report, which it does of some: where people marked the defect. */
export const runOutlineSchema = z.strictObject({
  /** Of the picture that the outline was drawn in. */
  width: z.int().positive(),
  height: z.int().positive(),
  /** SVG path data in pixels of it; null where the image has no mask. */
  outline: z.string().nullable(),
})

export type RunOutline = z.infer<typeof runOutlineSchema>
export type RunImage = z.infer<typeof runImageSchema>
export type MappedRunImage = z.infer<typeof mappedRunImageSchema>
export type RunSummary = z.infer<typeof runSummarySchema>
export type Disagreement = z.infer<typeof disagreementSchema>
