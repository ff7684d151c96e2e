/** What a person said about a part that was inspected. Corrections are added and taken back, never changed. */
import { z } from 'zod'
import { hashSchema, inspectionIdSchema, nameSchema, timeSchema } from './basics.ts'

export const correctionLabels = ['nominal', 'anomalous', 'unsure'] as const
export const correctionLabelSchema = z.enum(correctionLabels)

export const newCorrectionSchema = z.strictObject({
  inspection: inspectionIdSchema,
  by: nameSchema,
  label: correctionLabelSchema,
  /** Kind of defect, in the words of the line. */
  kind: nameSchema.nullable(),
  /** SHA-256 of a kept mask (PNG, one for each image of the inspection that has one); null where none was painted. */
  masks: z.array(hashSchema.nullable()).max(64),
  note: z.string().max(2000).nullable(),
})

export const correctionSchema = newCorrectionSchema.extend({
  id: z.int().positive(),
  at: timeSchema,
  /** Who took it back, and when; null while it stands. */
  undone: z.strictObject({ by: nameSchema, at: timeSchema }).nullable(),
})

export type CorrectionLabel = z.infer<typeof correctionLabelSchema>
export type NewCorrection = z.infer<typeof newCorrectionSchema>
export type Correction = z.infer<typeof correctionSchema>
