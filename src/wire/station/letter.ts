/** A message to the line that must arrive: written with its record, kept until it is delivered or given up. */
import { z } from 'zod'
import { inspectionIdSchema, nameSchema, timeSchema } from './basics.ts'

export const letterStates = ['waiting', 'delivered', 'dead'] as const

export const newLetterSchema = z.strictObject({
  /** Name of the output, as its configuration has it. */
  target: nameSchema,
  /** What it tells, e.g. `inspection`, `alarm`. */
  kind: nameSchema,
  payload: z.json(),
})

export const letterSchema = newLetterSchema.extend({
  id: z.int().positive(),
  /** Null where it is about none. */
  inspection: inspectionIdSchema.nullable(),
  createdAt: timeSchema,
  /** Deliveries tried so far. */
  attempts: z.int().nonnegative(),
  /** Not to be tried before. */
  dueAt: timeSchema,
  state: z.enum(letterStates),
  /** Of the last attempt that failed; null where none did. */
  lastError: z.string().nullable(),
})

export type NewLetter = z.infer<typeof newLetterSchema>
export type Letter = z.infer<typeof letterSchema>
export type LetterState = (typeof letterStates)[number]
