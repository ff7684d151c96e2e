/** Another threshold for the model in service: proposed with reasons, decided by a person, and it can be rolled back. */
import { z } from 'zod'
import { nameSchema, scoreSchema, timeSchema } from './basics.ts'

export const operatingPointSchema = z.strictObject({
  threshold: scoreSchema,
  /** Lower end of the review band; null without one. */
  band: scoreSchema.nullable(),
})

export const newProposalSchema = z.strictObject({
  by: nameSchema,
  /** Fingerprint of the model that it is for. */
  model: z.string().max(200),
  from: operatingPointSchema,
  to: operatingPointSchema,
  reason: z.string().min(1).max(2000),
  /** Figures it rests on: what the page showed, with where they come from. */
  evidence: z.record(z.string(), z.json()),
})

export const proposalStates = ['proposed', 'accepted', 'rejected', 'rolled-back'] as const

export const proposalSchema = newProposalSchema.extend({
  id: z.int().positive(),
  at: timeSchema,
  state: z.enum(proposalStates),
  /** The last decision; null while none was taken. */
  decided: z.strictObject({ by: nameSchema, at: timeSchema, why: z.string().max(2000) }).nullable(),
})

export type OperatingPoint = z.infer<typeof operatingPointSchema>
export type NewProposal = z.infer<typeof newProposalSchema>
export type Proposal = z.infer<typeof proposalSchema>
