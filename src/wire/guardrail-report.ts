/** What `check` and `diagnose` print with `--json`; names are fixed by `docs/cli.md`. */
import { z } from 'zod'
import { findingSchema } from './evaluation.ts'
import { understoodSchema } from './understood.ts'

export const guardrailReportSchema = z.strictObject({
  /** What was checked, of `check`. */
  dataset: understoodSchema.optional(),
  /** Gravest first. */
  findings: z.array(findingSchema),
  /** Ids of guardrails that found nothing. */
  passed: z.array(z.string()),
  skipped: z.array(z.strictObject({ id: z.string(), reason: z.string() })),
})

/** Evidence to look at, for the report; embedded, never linked. */
export const guardrailPictureSchema = z.strictObject({
  /** Id of the guardrail. */
  id: z.string(),
  caption: z.string(),
  picture: z.string().regex(/^data:image\/(webp|jpeg|png);base64,[A-Za-z0-9+/]*={0,2}$/),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
})

const bounds = z.tuple([z.number(), z.number()]).nullable()

/** What grows with the dose of a change: drawn by the report, so that it follows the page's colours. */
export const guardrailChartSchema = z.strictObject({
  /** Id of the guardrail. */
  id: z.string(),
  caption: z.string(),
  /** What is varied, with its unit. */
  axis: z.string(),
  /** Mildest first; the first is no change at all. Evenly spaced on the axis. */
  doses: z.array(z.strictObject({ label: z.string(), words: z.string() })),
  /** Position of the largest harmless dose, and of the one that a line must expect; null where there is none. */
  harmless: z.int(),
  expected: z.int().nullable(),
  series: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['overkill', 'escape', 'auroc']),
      /** One for each dose; shares and areas, 0..1. */
      values: z.array(z.strictObject({ value: z.number().nullable(), interval: bounds })),
    }),
  ),
})

export type GuardrailChart = z.infer<typeof guardrailChartSchema>
export type GuardrailReport = z.infer<typeof guardrailReportSchema>
export type GuardrailPicture = z.infer<typeof guardrailPictureSchema>
