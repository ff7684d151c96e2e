/** What a sampling rule does, as plain arithmetic: the page needs it without the schemas. */
import type { SamplingRule } from './review.ts'
import type { Verdict } from './verdict.ts'

/** Share of the parts of a verdict that the rule chooses, 0..1. */
export function chosenShare(rule: SamplingRule, verdict: Verdict): number {
  return 1 - (1 - rule.everyPart) * (1 - rule[verdict])
}
