/** What the outputs tell the line about a part. It stands in the outbox as it is; how a line should act on it is added when it is sent. */
import { z } from 'zod'
import { regionSchema } from '../prediction.ts'
import { hashSchema, inspectionIdSchema, scoreSchema } from './basics.ts'
import { judgedSchema } from './inspection.ts'

/** Regions of an image that are told; all of them are in the record. */
export const toldRegions = 16

export const resultMessageSchema = z.strictObject({
  version: z.literal(1),
  /** Id of the inspection: the same in every retry. */
  inspection: inspectionIdSchema,
  /** As they stand in the record. */
  ...judgedSchema.pick({
    ...{ time: true, outcome: true, reason: true, part: true, lot: true, camera: true },
    ...{ capturedAt: true, model: true, score: true },
  }).shape,
  /** The one that was applied, and the lower end of the review band. */
  threshold: scoreSchema.nullable(),
  band: scoreSchema.nullable(),
  images: z
    .array(
      z.strictObject({
        hash: hashSchema,
        score: scoreSchema.nullable(),
        /** The highest peaks first, at most 16; null where the model has no level. */
        regions: z.array(regionSchema).max(toldRegions).nullable(),
      }),
    )
    .max(64),
  /** False where the verdict was given and could not be written down: it is told once and not repeated. */
  recorded: z.boolean(),
})

export type ResultMessage = z.infer<typeof resultMessageSchema>
