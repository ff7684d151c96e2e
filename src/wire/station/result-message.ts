/** What the outputs tell the line about a part. It stands in the outbox as it is; how a line should act on it is added when it is sent. */
import { z } from 'zod'
import { regionSchema } from '../prediction.ts'
import { hashSchema, inspectionIdSchema, nameSchema, scoreSchema, timeSchema } from './basics.ts'
import { stationModelSchema } from './inspection.ts'
import { outcomeSchema } from './verdict.ts'

/** Regions of an image that are told; all of them are in the record. */
export const toldRegions = 16

export const resultMessageSchema = z.strictObject({
  version: z.literal(1),
  /** Id of the inspection: the same in every retry. */
  inspection: inspectionIdSchema,
  /** When the station judged, by its own clock. */
  time: timeSchema,
  outcome: outcomeSchema,
  /** Why there is no verdict; null where there is one. */
  reason: z.string().max(2000).nullable(),
  part: nameSchema.nullable(),
  lot: nameSchema.nullable(),
  camera: nameSchema.nullable(),
  capturedAt: timeSchema.nullable(),
  model: stationModelSchema.nullable(),
  /** Raw score, higher = more anomalous; null where nothing was judged. */
  score: scoreSchema.nullable(),
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
