/**
 * The review queue: which parts people look at, and by what rule they were chosen. The rule decides what can be estimated from
 * the answers, so every part carries the probability with which it was chosen.
 */
import { z } from 'zod'
import { inspectionIdSchema, nameSchema, timeSchema } from './basics.ts'

const share = z.number().min(0).max(1)

/**
 * Two coins for every part: one that looks at nothing (`everyPart`), one by its verdict. A part is shown where either falls so;
 * it belongs to the random sample where the first did.
 */
export const samplingRuleSchema = z.strictObject({
  /** Share of all parts, whatever their verdict. */
  everyPart: share,
  /** Share of those with the verdict, besides. */
  nominal: share,
  anomalous: share,
  review: share,
})

export const samplingRuleInForceSchema = z.strictObject({
  id: z.int().positive(),
  rule: samplingRuleSchema,
  from: timeSchema,
  /** Null where the station was set up so. */
  by: nameSchema.nullable(),
})

/** Manifest's word for how a part came to be labelled (`docs/datasets.md`). */
export const selectionSchema = z.enum(['all', 'random', 'by-score'])

export const reviewReasons = [
  'random',
  'nominal',
  'anomalous',
  'review',
  'by-hand',
  'second-opinion',
] as const

export const claimSchema = z.strictObject({ by: nameSchema, until: timeSchema })

export const reviewStateSchema = z.strictObject({
  /** Why it is in the queue: the random sample, its verdict, somebody picked it, or asked for a second opinion. */
  reason: z.enum(reviewReasons),
  selection: selectionSchema,
  /** Probability with which the rule chose it, 0..1; null where a person did. */
  probability: share.nullable(),
  /** Id of the sampling rule. */
  rule: z.int().positive(),
  state: z.enum(['open', 'decided']),
  /** Who is looking at it now; null where nobody is. */
  claim: claimSchema.nullable(),
  /** Who asked for a second opinion and has not got it; they and whoever decided cannot give it. */
  secondOpinion: z.strictObject({ by: nameSchema, why: z.string().max(2000) }).nullable(),
})

/** Answer to a claim: another's is no error, it happens every day. */
export const claimResultSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), inspection: inspectionIdSchema, claim: claimSchema }),
  z.strictObject({
    ok: z.literal(false),
    reason: z.enum(['claimed', 'decided', 'own-decision', 'unknown']),
    claim: claimSchema.nullable(),
  }),
])

export type SamplingRule = z.infer<typeof samplingRuleSchema>
export type SamplingRuleInForce = z.infer<typeof samplingRuleInForceSchema>
export type Selection = z.infer<typeof selectionSchema>
export type ReviewReason = (typeof reviewReasons)[number]
export type Claim = z.infer<typeof claimSchema>
export type ClaimResult = z.infer<typeof claimResultSchema>
export type ReviewState = z.infer<typeof reviewStateSchema>
