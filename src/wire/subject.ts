/** What a result is of: the images and how they were read, the detector that looked at them, the machine. */
import { z } from 'zod'

/** How the pixels of files of more than 8 bits, or of several pages, are read. */
export const pixelsSchema = z.strictObject({
  /** The values that become 0 and 255; null where all of 16 bits are used. */
  range: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  page: z.union([z.int().positive(), z.literal('all')]),
})

const sideSchema = z.int().positive()

/** What of a picture is looked at, where that is not simply all of it at once. */
export const viewShape = {
  /** Pictures are cut into tiles of this size; their maps are joined to one of size `map`. */
  tiles: z
    .strictObject({
      width: sideSchema,
      height: sideSchema,
      map: z.strictObject({ width: sideSchema, height: sideSchema }),
    })
    .optional(),
  /** Where defects count, of pictures of one size; outside is painted over. */
  roi: z
    .strictObject({
      /** The file, as it was named. */
      path: z.string(),
      width: sideSchema,
      height: sideSchema,
      /** Of the pixels, how many count; above 0. */
      share: z.number().positive().max(1),
      /** Of size and pixels. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    })
    .optional(),
}

export const datasetShape = {
  path: z.string(),
  layout: z.string(),
  images: z.strictObject({ nominal: z.int(), anomalous: z.int() }),
  parts: z.int(),
  /** False where no part ids are known and every image counts as its own part. */
  partsKnown: z.boolean(),
  fingerprint: z.string(),
  /** Absent where every file has 8 bits and one page. */
  pixels: pixelsSchema.optional(),
  /** Files left out, with the reason. */
  failures: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
}

export const methodShape = {
  detector: z.strictObject({ id: z.string(), options: z.record(z.string(), z.unknown()) }),
  backbone: z.strictObject({ id: z.string(), weights: z.string() }),
}

/** Of the model. */
export const inputShape = { width: z.number(), height: z.number(), fit: z.string(), ...viewShape }

export const environmentShape = {
  node: z.string(),
  onnxruntime: z.string(),
  device: z.string(),
  threads: z.number(),
}
