/** `POST /v1/inspect`: what may be asked, and what is answered. */
import { z } from 'zod'
import { regionSchema } from '../prediction.ts'
import { verdictSchema } from '../station/verdict.ts'

/** A label that a client gives: it is stored and shown, never used as a path. */
const label = z
  .string()
  .trim()
  .min(1)
  .max(200)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'expected text without control characters')

/** By query, by header or, in a multipart request, by field. */
export const inspectFieldsSchema = z.strictObject({
  part: label.optional(),
  lot: label.optional(),
  camera: label.optional(),
  /** ISO 8601 with its zone. */
  capturedAt: z.iso.datetime({ offset: true }).optional(),
  /** The same key again gets the same answer, and no second record. */
  idempotencyKey: label.optional(),
  /** Raw score from which the part is anomalous, in place of the station's; there is no review band then. */
  threshold: z.coerce.number().optional(),
  /** Adds the map of each image to the answer. */
  map: z.enum(['none', 'png', 'float32']).default('none'),
})

/** Headers that say the same as fields. */
export const inspectHeaders = {
  'idempotency-key': 'idempotencyKey',
  'x-part-id': 'part',
  'x-lot': 'lot',
  'x-camera': 'camera',
  'x-captured-at': 'capturedAt',
} as const satisfies Readonly<Record<string, keyof z.infer<typeof inspectFieldsSchema>>>

export const mapSchema = z.strictObject({
  encoding: z.enum(['png', 'float32']),
  /** Of the map over the photograph, without padding. */
  width: z.int(),
  height: z.int(),
  /** Base64. `float32`: raw values, little-endian, [height, width]. `png`: colours from `low` to `high`. */
  data: z.string(),
  /** Raw scores at the ends of the colour scale. */
  low: z.number(),
  high: z.number(),
})

export const servedModelSchema = z.strictObject({
  id: z.string(),
  /** SHA-256 of the model's card, which holds those of its files. */
  fingerprint: z.string(),
  /** SHA-256 of how pictures are brought before the network: size, fit, reading, backbone. */
  preparation: z.string(),
})

export const judgedImageSchema = z.strictObject({
  /** SHA-256 of the bytes that came. */
  sha256: z.string(),
  width: z.int(),
  height: z.int(),
  score: z.number(),
  /** In pixels of the photograph, the highest peak first; null where the model has no level for them. */
  regions: z.array(regionSchema).nullable(),
  map: mapSchema.optional(),
})

export const millisecondsSchema = z.strictObject({
  /** Reading and decoding the pictures. */
  decode: z.number(),
  /** Waiting for those that came before. */
  wait: z.number(),
  infer: z.number(),
  /** From the first byte of the request to the answer. */
  total: z.number(),
})

export const inspectAnswerSchema = z.strictObject({
  id: z.string(),
  verdict: verdictSchema,
  /** Raw, unbounded, higher = more anomalous; of several images by the part rule of the model's card. */
  score: z.number(),
  /** The one that decided. */
  threshold: z.number(),
  /** The station's, whether or not the request brought its own; null where there is none. */
  storedThreshold: z.number().nullable(),
  /** Lower end of the review band; null without one. */
  review: z.number().nullable(),
  /** Of the only image; of several, those of the image with the highest score. */
  regions: z.array(regionSchema).nullable(),
  images: z.array(judgedImageSchema),
  model: servedModelSchema,
  part: z.string().nullable(),
  lot: z.string().nullable(),
  camera: z.string().nullable(),
  /** False where the database could not take it: the verdict stands, its record is missing. */
  recorded: z.boolean(),
  /** True where this answers a request that was answered before. */
  repeated: z.boolean(),
  milliseconds: millisecondsSchema,
})

export type InspectFields = z.infer<typeof inspectFieldsSchema>
export type InspectAnswer = z.infer<typeof inspectAnswerSchema>
export type JudgedImage = z.infer<typeof judgedImageSchema>
export type AnsweredMap = z.infer<typeof mapSchema>
