/**
 * The run folder's `report-data.json`: what the report needs beyond `evaluation.json` and `scores.csv`, pictures
 * included, so that `plumbline report RUN` rebuilds the page without the dataset.
 */
import { z } from 'zod'
import { guardrailPictureSchema } from './guardrail-report.ts'

/** Pictures are embedded, never linked: anything but an image data URL is refused. */
const picture = z.string().regex(/^data:image\/(webp|jpeg|png);base64,[A-Za-z0-9+/]*={0,2}$/)

export const galleryItemSchema = z.strictObject({
  image: z.string(),
  /** Empty where unknown. */
  part: z.string(),
  label: z.enum(['nominal', 'anomalous']),
  /** Defect type; empty where unknown or nominal. */
  defect: z.string(),
  fold: z.number().int(),
  /** Raw score and the fold's threshold; null where the fold has none. */
  score: z.number(),
  threshold: z.number().nullable(),
  decision: z.enum(['nominal', 'anomalous', 'review']),
  /** Size of the pictures in pixels; all layers of an item share it. */
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  thumbnail: picture,
  /** Heat map in the run's colour scale, laid over the photograph; null where the detector gave none. */
  heat: picture.nullable(),
  /** Contours of the defect's mask: SVG path data in picture pixels, absolute and relative moves and lines only. */
  outline: z
    .string()
    .regex(/^[MLHVZmlhvz0-9 .,-]*$/)
    .nullable(),
})

/** The one fixed colour scale of all heat maps of a run, in raw scores. */
export const mapScaleSchema = z.strictObject({
  /** Shown as the scale's dark end. */
  low: z.number(),
  /** Shown as its bright end. */
  high: z.number(),
  /** Colours from low to high, `#rrggbb`. */
  colours: z.array(z.string().regex(/^#[0-9a-f]{6}$/)).min(2),
  /** Where `low` and `high` come from, in words. */
  basis: z.string(),
})

/** Where the backbone answers: the largest activation over the channels of its deepest stage in use. */
export const activationsSchema = z.strictObject({
  stage: z.string(),
  channels: z.int(),
  /** Nominal images that the set consists of. */
  images: z.int(),
  /** Activations at the ends of the colour scale: the least shown, and the largest of all images. */
  low: z.number(),
  maximum: z.number(),
  /** Of the model input, whose shape all pictures have. */
  width: z.int().positive(),
  height: z.int().positive(),
  colours: z.array(z.string().regex(/^#[0-9a-f]{6}$/)).min(2),
  /** One pixel for each cell: the largest over the set. */
  set: picture,
  examples: z.array(z.strictObject({ image: z.string(), maximum: z.number(), photo: picture, map: picture })),
})

export const reportDataSchema = z.strictObject({
  version: z.literal(1),
  title: z.string().optional(),
  /** The command line that made the run. */
  command: z.string().optional(),
  mapScale: mapScaleSchema.nullable(),
  gallery: z.array(galleryItemSchema),
  activations: activationsSchema.nullable().optional(),
  /** Evidence of findings, by their id. */
  pictures: z.array(guardrailPictureSchema).optional(),
})

export type GalleryItem = z.infer<typeof galleryItemSchema>
export type MapScale = z.infer<typeof mapScaleSchema>
export type Activations = z.infer<typeof activationsSchema>
export type ReportData = z.infer<typeof reportDataSchema>
