/** What a training looked like, step by step: `curves/fold-K.json` of a run folder, which the report draws. */
import { z } from 'zod'

export const trainingCurvesSchema = z.strictObject({
  version: z.literal(1),
  /** Steps taken in all. */
  steps: z.int().min(0),
  /** Why the training ended, in words. */
  ended: z.string(),
  curves: z.array(
    z.strictObject({
      name: z.string(),
      /** Curves of one unit share a chart: `loss`, `share` (0..1), ... */
      unit: z.string(),
      /** Of each point: the last step it stands for, and the mean over the steps since the point before. */
      step: z.array(z.int()),
      value: z.array(z.number()),
    }),
  ),
})

export type TrainingCurves = z.infer<typeof trainingCurvesSchema>
