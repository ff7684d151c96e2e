/** Which inspections are asked for, and the page of them that comes back. */
import { z } from 'zod'
import { nameSchema, scoreSchema, timeSchema } from './basics.ts'
import { correctionLabelSchema } from './correction.ts'
import { stationInspectionSchema } from './inspection.ts'
import { outcomeSchema } from './verdict.ts'

/** All that are named must hold. */
export const filterSchema = z.strictObject({
  /** From (inclusive), to (exclusive). */
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  outcome: z.array(outcomeSchema).max(7).optional(),
  scoreFrom: scoreSchema.optional(),
  scoreTo: scoreSchema.optional(),
  part: nameSchema.optional(),
  lot: nameSchema.optional(),
  camera: nameSchema.optional(),
  /** Fingerprint of the model. */
  model: z.string().max(200).optional(),
  /** Label of the correction that stands; `none` where nobody said anything, `any` where somebody did. */
  correction: z.enum(['none', 'any', ...correctionLabelSchema.options]).optional(),
  /** Kind of defect of the correction that stands. */
  kind: nameSchema.optional(),
  /** Who made the correction that stands. */
  correctedBy: nameSchema.optional(),
  review: z.enum(['open', 'decided']).optional(),
  /** Verdicts that were answered (default), those of models in shadow, or both. */
  shadow: z.enum(['answered', 'shadow', 'both']).optional(),
})

export const inspectionOrders = ['newest', 'oldest', 'highest', 'lowest'] as const

export const inspectionQuerySchema = z.strictObject({
  filter: filterSchema,
  /** By time, or by score; ties by id. Those without a score have no place by score. */
  order: z.enum(inspectionOrders),
  limit: z.int().min(1).max(500),
  /** `next` of the page before; opaque. */
  after: z.string().max(200).optional(),
})

export const inspectionPageSchema = z.strictObject({
  inspections: z.array(stationInspectionSchema),
  /** Null where this was the last page. */
  next: z.string().nullable(),
})

/** How many: exact up to the limit asked for; `atLeast` where counting stopped there. */
export const countSchema = z.strictObject({ count: z.int().nonnegative(), atLeast: z.boolean() })

/** Verdicts of one span of time; spans in which nothing happened are left out. */
export const tallySchema = z.strictObject({
  from: timeSchema,
  camera: nameSchema.nullable(),
  /** Fingerprint of the model. */
  model: z.string().nullable(),
  counts: z.record(outcomeSchema, z.int().nonnegative()),
})

export type InspectionFilter = z.infer<typeof filterSchema>
export type InspectionQuery = z.infer<typeof inspectionQuerySchema>
export type InspectionPage = z.infer<typeof inspectionPageSchema>
export type Count = z.infer<typeof countSchema>
export type Tally = z.infer<typeof tallySchema>
