/** What `predict --json` prints; names are fixed by `docs/cli.md`. One image's failure is an entry, not the end. */
import { z } from 'zod'
import { leftOutSchema } from './understood.ts'

export const predictedImageSchema = z.discriminatedUnion('ok', [
  z.strictObject({
    path: z.string(),
    ok: z.literal(true),
    /** Raw score, higher = more anomalous. */
    score: z.number(),
    threshold: z.number(),
    verdict: z.enum(['nominal', 'anomalous', 'review']),
    /** Path of the heat map; null where none was asked for. */
    map: z.string().nullable(),
  }),
  z.strictObject({ path: z.string(), ok: z.literal(false), error: z.string() }),
])

export const predictionSchema = z.strictObject({
  /** Files in the folders named that were not judged, by the reason; absent where there are none. */
  leftOut: z.array(leftOutSchema).optional(),
  images: z.array(predictedImageSchema),
})

export type PredictedImage = z.infer<typeof predictedImageSchema>
export type Prediction = z.infer<typeof predictionSchema>
