/** `/v1/inspections` and what hangs on them: queries as a URL says them, and what people say of parts. */
import { z } from 'zod'
import { hashSchema, inspectionIdSchema, nameSchema } from '../station/basics.ts'
import { correctionLabelSchema } from '../station/correction.ts'
import { stationInspectionSchema } from '../station/inspection.ts'
import { filterSchema, inspectionOrders } from '../station/query.ts'
import { verdictSchema } from '../station/verdict.ts'

/** ISO 8601 with a zone. */
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())
const list = (value: unknown): unknown => (typeof value === 'string' ? value.split(',') : value)

/** Of a query: all that are named must hold; `outcome` may be several, with commas. */
export const filterQuerySchema = filterSchema.extend({
  from: moment.optional(),
  to: moment.optional(),
  outcome: z.preprocess(list, filterSchema.shape.outcome),
  scoreFrom: z.coerce.number().optional(),
  scoreTo: z.coerce.number().optional(),
})

export const pageQuerySchema = filterQuerySchema.extend({
  order: z.enum(inspectionOrders).default('newest'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** `next` of the page before. */
  after: z.string().max(200).optional(),
})

/** A recorded inspection; `verdict` is its outcome where it has one. */
export const servedInspectionSchema = stationInspectionSchema.extend({
  verdict: verdictSchema.nullable(),
  threshold: z.number().nullable(),
})

export const servedPageSchema = z.strictObject({
  inspections: z.array(servedInspectionSchema),
  /** Null where this was the last page. */
  next: z.string().nullable(),
})

export const inspectionParamsSchema = z.strictObject({ id: inspectionIdSchema })
export const imageParamsSchema = z.strictObject({
  id: inspectionIdSchema,
  /** Position among the images of the part, from 0. */
  image: z.coerce.number().int().min(0).max(63),
})

/** Of a picture: the file as it came, or as browsers draw it, which is a PNG for TIFF, PNM, BMP and more than 8 bits. */
export const pictureQuerySchema = z.strictObject({ as: z.enum(['came', 'drawn']).default('came') })

/** What a person says about a part. */
export const correctionBodySchema = z
  .strictObject({
    verdict: correctionLabelSchema,
    /** Kind of defect. */
    defect: nameSchema.nullish(),
    note: z.string().max(2000).nullish(),
    /** SHA-256 of a mask that was uploaded, for each image of the part; null for none. */
    masks: z.array(hashSchema.nullable()).max(64).default([]),
  })
  .transform(({ verdict, defect, note, masks }) => ({
    label: verdict,
    kind: defect ?? null,
    note: note ?? null,
    masks,
  }))

export const reasonBodySchema = z.strictObject({ why: z.string().min(1).max(2000) })

export type ServedInspection = z.infer<typeof servedInspectionSchema>
