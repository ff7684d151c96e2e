/** What `predict --json` prints; names are fixed by `docs/cli.md`. One image's failure is an entry, not the end. */
import { z } from 'zod'
import { measureNames } from './reference.ts'
import { leftOutSchema } from './understood.ts'

/** A connected area of the map that stands out; numbers in pixels of the photograph as it stands upright. */
export const regionSchema = z.strictObject({
  /** x and y of the upper left corner, width, height. */
  box: z.tuple([z.int(), z.int(), z.int(), z.int()]),
  area: z.int(),
  /** With the size of a pixel known. */
  areaMm2: z.number().optional(),
  /** Largest and mean raw value of the map in it. */
  peak: z.number(),
  mean: z.number(),
})

export const predictedImageSchema = z.discriminatedUnion('ok', [
  z.strictObject({
    path: z.string(),
    ok: z.literal(true),
    /** Raw score, higher = more anomalous. */
    score: z.number(),
    threshold: z.number(),
    verdict: z.enum(['nominal', 'anomalous', 'review']),
    /** The highest peak first; null where the model has no level and none was named. */
    regions: z.array(regionSchema).nullable(),
    /** Path of the heat map; null where none was asked for. */
    map: z.string().nullable(),
    /** What to know of before trusting the verdict, such as that no object was found; absent where there is nothing. */
    notes: z.array(z.string()).optional(),
    /** Share of its values above the white of the model's range, which are cut off; absent where there are none. */
    beyondRange: z.number().optional(),
  }),
  z.strictObject({ path: z.string(), ok: z.literal(false), error: z.string() }),
])

/** Several images of one part, judged as one by the rule in the model's card. */
export const predictedPartSchema = z.discriminatedUnion('ok', [
  z.strictObject({
    part: z.string(),
    ok: z.literal(true),
    /** How many. */
    images: z.int(),
    score: z.number(),
    threshold: z.number(),
    verdict: z.enum(['nominal', 'anomalous', 'review']),
  }),
  z.strictObject({ part: z.string(), ok: z.literal(false), images: z.int(), error: z.string() }),
])

/** A respect in which most of the first images are unlike those of the model's training. */
export const departureSchema = z.strictObject({
  measure: z.enum(measureNames),
  /** Medians of the images shown, and of those in training. */
  value: z.number(),
  usual: z.number(),
  /** Range within which an image is as in training. */
  low: z.number(),
  high: z.number(),
  /** How many of the images looked at are outside. */
  outside: z.int(),
  of: z.int(),
  /** The same in words. */
  words: z.string(),
})

export const predictionSchema = z.strictObject({
  /** Absent where the images are like those of training, or nobody measured those. */
  departures: z.array(departureSchema).optional(),
  /** Files in the folders named that were not judged, by the reason; absent where there are none. */
  leftOut: z.array(leftOutSchema).optional(),
  images: z.array(predictedImageSchema),
  /** With `--part-pattern`, in the order in which they first appear; images that do not match belong to none. */
  parts: z.array(predictedPartSchema).optional(),
})

export type PredictedImage = z.infer<typeof predictedImageSchema>
export type Prediction = z.infer<typeof predictionSchema>
export type PredictedPart = z.infer<typeof predictedPartSchema>
export type PredictedDeparture = z.infer<typeof departureSchema>
export type Region = z.infer<typeof regionSchema>
