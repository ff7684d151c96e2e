/** Outputs to the line: how each is, and what waits for it. */
import { z } from 'zod'

const count = z.int().nonnegative()

export const outputFiguresSchema = z.strictObject({
  name: z.string(),
  type: z.string(),
  state: z.enum(['up', 'down', 'starting']),
  breaker: z.enum(['closed', 'open', 'half-open']),
  /** Deliveries under way. */
  underWay: count,
  /** Since the start: letters delivered, attempts that failed, letters that became dead. */
  delivered: count,
  failures: count,
  dead: count,
  /** Results that could not be written down: told once, and not told at all. */
  toldOnce: count,
  toldLost: count,
  /** From a letter's writing to its delivery, of the last one, milliseconds; null before the first. */
  lagMs: z.number().nullable(),
  lastDelivered: z.string().nullable(),
  /** Of the last attempt that failed; null where none did. */
  lastError: z.string().nullable(),
  /** Letters in the outbox; null where it cannot be asked. */
  waiting: count.nullable(),
  deadLetters: count.nullable(),
})

export const outputsStateSchema = z.strictObject({
  outputs: z.array(outputFiguresSchema),
  /** Letters that wait for a target which the configuration does not name, by target. */
  orphans: z.record(z.string(), count),
})

export type OutputFigures = z.infer<typeof outputFiguresSchema>
export type OutputsState = z.infer<typeof outputsStateSchema>
