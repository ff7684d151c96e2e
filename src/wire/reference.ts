/** What the pictures that a model learnt from were like, in a handful of cheap numbers: to notice when those it is shown are others. */
import { z } from 'zod'

/** Of one picture. Units are said where it is measured (`drift/measure-image.ts`). */
export const measureNames = [
  'width',
  'height',
  'aspect',
  'brightness',
  'contrast',
  'sharpness',
  'black',
  'white',
  'redness',
  'blueness',
  'objectX',
  'objectY',
  'objectShare',
  'objectSpread',
] as const

export type MeasureName = (typeof measureNames)[number]

/** Evenly spaced shares at which a distribution is kept, from the smallest value (0) to the largest (1). */
export const keptQuantiles = 33

const distributionSchema = z.strictObject({
  mean: z.number(),
  /** Of the sample; 0 for a single picture. */
  sd: z.number(),
  /** Ascending: value at share i / 32. */
  quantiles: z.array(z.number()).length(keptQuantiles),
})

export const referenceSchema = z.strictObject({
  /** How many pictures were measured. */
  images: z.int().positive(),
  measures: z.record(z.enum(measureNames), distributionSchema),
})

export type Distribution = z.infer<typeof distributionSchema>
export type Reference = z.infer<typeof referenceSchema>
