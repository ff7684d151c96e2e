/** One line of the audit log: who changed what. Each holds the hash of the one before, so that none can be changed unseen. */
import { z } from 'zod'
import { hashSchema, nameSchema, timeSchema } from './basics.ts'

export const newAuditEntrySchema = z.strictObject({
  by: nameSchema,
  /** E.g. `model.switch`, `threshold.propose`, `correction.add`, `purge`. */
  action: z.string().regex(/^[a-z]+([.-][a-z]+)*$/),
  /** What it was done to: an id, a name; null where there is none. */
  subject: nameSchema.nullable(),
  /** Numbers and fingerprints; no names of people, so that forgetting one leaves the chain whole. */
  detail: z.record(z.string(), z.json()),
})

export const auditEntrySchema = newAuditEntrySchema.extend({
  /** 1, 2, 3 ... without gaps. */
  seq: z.int().positive(),
  at: timeSchema,
  previous: hashSchema,
  hash: hashSchema,
})

export const auditCheckSchema = z.strictObject({
  ok: z.boolean(),
  entries: z.int().nonnegative(),
  /** Of the last entry: note it elsewhere, and a log cut off at its end shows too. Null for an empty log. */
  head: hashSchema.nullable(),
  /** Where the chain breaks, in words; null where it holds. */
  broken: z.strictObject({ seq: z.int().positive(), reason: z.string() }).nullable(),
})

export type NewAuditEntry = z.infer<typeof newAuditEntrySchema>
export type AuditEntry = z.infer<typeof auditEntrySchema>
export type AuditCheck = z.infer<typeof auditCheckSchema>
