/** Whether the station lives, and whether verdicts are to be had. */
import { z } from 'zod'

export const liveSchema = z.strictObject({ live: z.literal(true), version: z.string() })

export const readinessCheckSchema = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  /** For a person. */
  detail: z.string(),
})

export const readinessSchema = z.strictObject({
  ready: z.boolean(),
  checks: z.array(readinessCheckSchema),
})

export type ReadinessCheck = z.infer<typeof readinessCheckSchema>
export type Readiness = z.infer<typeof readinessSchema>
