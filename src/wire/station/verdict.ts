/** What the station says about a part: a verdict, or why there is none. */
import { z } from 'zod'

/** `nominal`: below the review band; `review`: in it, a person decides; `anomalous`: at or above the threshold. */
export const verdicts = ['nominal', 'anomalous', 'review'] as const
/**
 * No verdict was reached, which never means good: `timeout` it took too long, `busy` the queue was full, `no-model` none was loaded,
 * `failed` the image could not be read or the model broke.
 */
export const unanswered = ['timeout', 'busy', 'no-model', 'failed'] as const

export const verdictSchema = z.enum(verdicts)
export const unansweredSchema = z.enum(unanswered)
export const outcomes = [...verdicts, ...unanswered] as const
export const outcomeSchema = z.enum(outcomes)

export type Verdict = z.infer<typeof verdictSchema>
export type Unanswered = z.infer<typeof unansweredSchema>
export type StationOutcome = z.infer<typeof outcomeSchema>
