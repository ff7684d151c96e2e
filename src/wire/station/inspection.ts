/** One verdict of the station, over one image or several of one part, as it is recorded and shown. */
import { z } from 'zod'
import { regionSchema } from '../prediction.ts'
import { hashSchema, inspectionIdSchema, nameSchema, scoreSchema, timeSchema } from './basics.ts'
import { correctionSchema } from './correction.ts'
import { reviewStateSchema } from './review.ts'
import { outcomeSchema } from './verdict.ts'

/** Fingerprints of what judged: the model's files, and the preparation that its images went through. */
export const stationModelSchema = z.strictObject({
  name: nameSchema,
  fingerprint: z.string().max(200),
  /** Null for a model whose images are not prepared. */
  preparation: z.string().max(200).nullable(),
})

export const inspectedImageSchema = z.strictObject({
  /** SHA-256 of the bytes that came, whatever is kept of them. */
  hash: hashSchema,
  /** Pixels of the photograph as it stands upright; null where it could not be decoded. */
  width: z.int().positive().nullable(),
  height: z.int().positive().nullable(),
  score: scoreSchema.nullable(),
  /** The highest peak first; null where the model has no level, or nothing was judged. */
  regions: z.array(regionSchema).nullable(),
})

/** Milliseconds, whole way and its parts; 0 where a part did not happen. */
export const latencySchema = z.strictObject({
  /** From the last byte of the request to the answer. */
  total: z.number().nonnegative(),
  /** Waiting for a turn. */
  queue: z.number().nonnegative(),
  decode: z.number().nonnegative(),
  infer: z.number().nonnegative(),
})

/** What the station knows when it has judged; recorded as it is. */
export const judgedSchema = z.strictObject({
  id: inspectionIdSchema,
  /** When the station judged, by its own clock. */
  time: timeSchema,
  source: z.enum(['http', 'watch']),
  outcome: outcomeSchema,
  /** Why there is no verdict; null where there is one. */
  reason: z.string().max(2000).nullable(),
  part: nameSchema.nullable(),
  lot: nameSchema.nullable(),
  camera: nameSchema.nullable(),
  /** When the image was taken, by the clock of the camera or client. */
  capturedAt: timeSchema.nullable(),
  idempotencyKey: nameSchema.nullable(),
  /** Null where no model was loaded. */
  model: stationModelSchema.nullable(),
  /** Of the part, by the part rule of the model's card; of the image where there is one. */
  score: scoreSchema.nullable(),
  /** Of the model's card, and the one that was applied. */
  thresholdStored: scoreSchema.nullable(),
  thresholdUsed: scoreSchema.nullable(),
  /** Lower end of the review band that was applied; null without one. */
  band: scoreSchema.nullable(),
  /** SHA-256 of the image; of several, of their hashes in order (64 digits each, nothing between). */
  imageHash: hashSchema,
  images: z.array(inspectedImageSchema).min(1).max(64),
  latency: latencySchema,
  /** Of a model in shadow: the inspection that was answered. */
  shadowOf: inspectionIdSchema.nullable(),
})

/** Which files of an image are still kept; the policy and its limits decide. */
export const keptImageSchema = z.strictObject({
  picture: z.boolean(),
  map: z.boolean(),
  embedding: z.boolean(),
})

export const stationInspectionSchema = judgedSchema.extend({
  /** False where the verdict was given and could not be written down. */
  recorded: z.boolean(),
  /** For each of `images`. */
  kept: z.array(keptImageSchema),
  /** Null where nobody is asked to look. */
  review: reviewStateSchema.nullable(),
  /** The one that stands: the last that was not taken back. */
  correction: correctionSchema.nullable(),
})

export type StationModel = z.infer<typeof stationModelSchema>
export type InspectedImage = z.infer<typeof inspectedImageSchema>
export type Judged = z.infer<typeof judgedSchema>
export type StationInspection = z.infer<typeof stationInspectionSchema>
export type KeptImage = z.infer<typeof keptImageSchema>
