/** What the station says about a part: a verdict, or why there is none. */
import { z } from 'zod'
import { outcomes, unanswered, verdicts } from './outcomes.ts'

export const verdictSchema = z.enum(verdicts)
export const unansweredSchema = z.enum(unanswered)
export const outcomeSchema = z.enum(outcomes)

export type Verdict = z.infer<typeof verdictSchema>
export type Unanswered = z.infer<typeof unansweredSchema>
export type StationOutcome = z.infer<typeof outcomeSchema>
