/** What `check` and `diagnose` print with `--json`; names are fixed by `docs/cli.md`. */
import { z } from 'zod'
import { findingSchema } from './evaluation.ts'

export const guardrailReportSchema = z.strictObject({
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

export type GuardrailReport = z.infer<typeof guardrailReportSchema>
export type GuardrailPicture = z.infer<typeof guardrailPictureSchema>
