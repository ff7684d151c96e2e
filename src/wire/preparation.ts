/** `prepare.json`: how every image of a prepared dataset was made. */
import { z } from 'zod'
import { pixelsSchema } from './subject.ts'

/**
 * What may be wrong with a prepared image. Errors: the image is in the output but is not what was asked for, or cannot be there at
 * all. Warnings: it stands out.
 */
export const marks = {
  unreadable: { severity: 'error', words: 'cannot be read; not in the output' },
  'nothing-found': { severity: 'error', words: 'no object found; kept whole' },
  'several-objects': { severity: 'error', words: 'more than one object' },
  'larger-than-canvas': { severity: 'error', words: 'object larger than the canvas; cut at its rim' },
  'defect-lost': { severity: 'error', words: 'more than half of the defect is outside what is kept' },
  'mask-unusable': { severity: 'error', words: 'the mask of the defect cannot be used' },
  'tile-without-mask': {
    severity: 'error',
    words: 'anomalous without a mask: its tiles have no label; not in the output',
  },
  'defect-cut': { severity: 'warning', words: 'a part of the defect is outside what is kept' },
  'touches-border': { severity: 'warning', words: 'object reaches the border of the photograph' },
  'unusual-area': { severity: 'warning', words: 'object larger or smaller than is usual here' },
  'unusual-shape': { severity: 'warning', words: 'silhouette unlike the others' },
  jump: { severity: 'warning', words: 'silhouette changes more than usual from the angle before' },
  frayed: { severity: 'warning', words: 'outline or holes unlike the others' },
  unsure: { severity: 'warning', words: 'the segmenter is unsure' },
  'axis-unclear': { severity: 'warning', words: 'no clear axis; not turned' },
} as const satisfies Readonly<Record<string, { severity: 'error' | 'warning'; words: string }>>

export type Mark = keyof typeof marks
export const severityOf = (mark: Mark): 'error' | 'warning' => marks[mark].severity
export const markNames = Object.keys(marks) as [Mark, ...Mark[]]

const sizeSchema = z.strictObject({ width: z.int().positive(), height: z.int().positive() })
const rectSchema = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
})
const shareSchema = z.number().min(0).max(1)

const outputSchema = z.strictObject({
  /** Relative to the folder, as in the manifest. */
  image: z.string(),
  mask: z.string().nullable(),
  foreground: z.string().nullable(),
  /** Of the image's file. */
  sha256: z.string(),
  /** Which part of the prepared image it is; null for the whole. */
  tile: rectSchema.nullable(),
})

const qualitySchema = z.strictObject({
  /** Share of the photograph that the object covers. */
  area: shareSchema,
  /** Share of the outline that lies on the border of the photograph. */
  border: shareSchema,
  pieces: z.int(),
  holes: z.int(),
  /** Area by that of its convex hull. */
  solidity: shareSchema,
  /** 1 - IoU with the typical silhouette of the dataset; null for a handful of images. */
  fromTypical: shareSchema.nullable(),
  /** 1 - IoU with the same part at the angle before; null where there is none. */
  fromPrevious: shareSchema.nullable(),
})

const imageSchema = z.strictObject({
  /** Id in the source dataset. */
  source: z.string(),
  input: z.strictObject({ path: z.string(), sha256: z.string(), ...sizeSchema.shape }),
  outputs: z.array(outputSchema),
  /** The object's tight box in the photograph (after turning, where that was asked for); null where nothing was found. */
  box: rectSchema.nullable(),
  /** Prepared (x, y) lies at (a x + b y + c, d x + e y + f) of the photograph; pixel i spans i to i + 1. */
  placement: z.strictObject({
    size: sizeSchema,
    toSource: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]),
  }),
  /** How sure the segmenter is, 0..1; null where it cannot say. */
  confidence: shareSchema.nullable(),
  quality: qualitySchema.nullable(),
  /** Share of the defect's pixels that is left; null without a mask. */
  defectKept: shareSchema.nullable(),
  marks: z.array(z.enum(markNames)),
  /** The review page sorts by it: 10 for each error, 1 for each warning, and below 1 how far the image stands out. */
  suspicion: z.number(),
  notes: z.array(z.string()),
})

/** Images grouped by how the object is seen, where no column says its angle. */
const viewsSchema = z.strictObject({
  /** Name of the manifest's column. */
  column: z.string(),
  /** Mean silhouette coefficient, 0.25..1: how much nearer images are to their own view than to the next. */
  separation: z.number(),
  clusters: z.array(
    z.strictObject({
      /** Value in the column; `1` is the view of most images. */
      name: z.string(),
      images: z.int(),
      /** Id of the image nearest to the view's mean. */
      example: z.string(),
      /** Spread within the view as a share of that of the whole dataset. */
      spread: z.number(),
      /** [24, 24] mean silhouette, a byte a square. */
      silhouette: z.base64(),
    }),
  ),
})

export const preparationSchema = z.strictObject({
  plumbline: z.string(),
  createdAt: z.string(),
  command: z.string(),
  source: z.strictObject({ path: z.string(), layout: z.string(), images: z.int() }),
  options: z.record(z.string(), z.unknown()),
  segmenter: z.strictObject({ id: z.string(), detail: z.record(z.string(), z.unknown()) }),
  canvas: z
    .strictObject({
      ...sizeSchema.shape,
      isAutomatic: z.boolean(),
      widest: z.array(z.string()),
      tallest: z.array(z.string()),
    })
    .nullable(),
  /** Objects have a heavy end, which was turned down in all of them. */
  heavyEndDown: z.boolean().optional(),
  /** How the photographs' pixels were read; absent for the plain way. */
  pixels: pixelsSchema.optional(),
  /** How the problem became another one than that of the whole dataset; null where it did not. */
  restriction: z
    .strictObject({ where: z.string(), kept: z.int(), of: z.int(), words: z.string() })
    .nullable(),
  views: viewsSchema.nullable(),
  summary: z.strictObject({
    images: z.int(),
    prepared: z.int(),
    failed: z.int(),
    marked: z.int(),
    marks: z.partialRecord(z.enum(markNames), z.int()),
  }),
  images: z.array(imageSchema),
  failures: z.array(
    z.strictObject({ path: z.string(), mark: z.enum(markNames).nullable(), reason: z.string() }),
  ),
})

export type Preparation = z.infer<typeof preparationSchema>
export type PreparedRecord = z.infer<typeof imageSchema>
export type PreparedOutput = z.infer<typeof outputSchema>
export type MaskQuality = z.infer<typeof qualitySchema>
