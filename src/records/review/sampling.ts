/** Which parts people look at: two coins for each, by the rule in force, the same however often one looks. */
import { sha256 } from '../../files/hash.ts'
import { chosenShare } from '../../wire/station/chosen-share.ts'
import { isVerdict, verdicts } from '../../wire/station/outcomes.ts'
import type { ReviewReason, SamplingRule, Selection } from '../../wire/station/review.ts'
import type { StationOutcome } from '../../wire/station/verdict.ts'

export interface Choice {
  readonly reason: ReviewReason
  readonly selection: Selection
  /** With which the part would be chosen, whichever coin did it. */
  readonly probability: number
}

/**
 * @param secret - Of the station: who knows the ids cannot tell the choice.
 * @returns null for parts that nobody is asked to look at, and for those without a verdict.
 */
export function chooseForReview(
  rule: SamplingRule,
  secret: string,
  { id, outcome }: { readonly id: string; readonly outcome: StationOutcome },
): Choice | null {
  if (!isVerdict(outcome)) return null
  const probability = chosenShare(rule, outcome)
  const isEverything = verdicts.every((verdict) => chosenShare(rule, verdict) === 1)
  if (coin(secret, id, 'every-part') < rule.everyPart) {
    return { reason: 'random', selection: isEverything ? 'all' : 'random', probability }
  }
  if (coin(secret, id, outcome) >= rule[outcome]) return null
  return { reason: outcome, selection: isEverything ? 'all' : 'by-score', probability }
}

/** Uniform in 0..1, 48 bits. */
const coin = (secret: string, id: string, name: string): number =>
  Number.parseInt(sha256(`${secret}/${id}/${name}`).slice(0, 12), 16) / 2 ** 48
