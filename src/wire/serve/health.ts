/** Whether the station lives, and whether verdicts are to be had. */
import { z } from 'zod'

export const liveSchema = z.strictObject({ live: z.literal(true), version: z.string() })

export const readinessCheckSchema = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  /** For a person, in English. */
  detail: z.string(),
  /** What `detail` speaks of: the model that is warm, why the database takes nothing; null where nothing need be named. */
  about: z.string().nullable(),
})

export const readinessSchema = z.strictObject({
  ready: z.boolean(),
  checks: z.array(readinessCheckSchema),
})

export type ReadinessCheck = z.infer<typeof readinessCheckSchema>
export type Readiness = z.infer<typeof readinessSchema>
