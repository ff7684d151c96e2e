/** The run folder's `diagnosis.json`: what `diagnose` found, with the pictures and charts that the report shows. */
import { z } from 'zod'
import { guardrailChartSchema, guardrailPictureSchema, guardrailReportSchema } from './guardrail-report.ts'

export const diagnosisSchema = z.strictObject({
  version: z.literal(1),
  plumbline: z.string(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  /** `createdAt` of the evaluation that was looked into: the diagnosis of another one is not this one's. */
  evaluatedAt: z.string(),
  /** The command line that asked. */
  command: z.string(),
  /** Whose model was asked, and of how many images of a label at most. */
  fold: z.int(),
  images: z.int(),
  report: guardrailReportSchema,
  pictures: z.array(guardrailPictureSchema),
  charts: z.array(guardrailChartSchema),
})

export type Diagnosis = z.infer<typeof diagnosisSchema>
