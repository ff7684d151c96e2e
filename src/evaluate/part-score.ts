/** Reducing the images of a part to one score, so that a part gets one verdict. */
import { UsageError } from '../errors.ts'

export type PartScore =
  | { readonly rule: 'max' }
  | { readonly rule: 'mean' }
  /** Mean of the K highest scores. */
  | { readonly rule: 'topk'; readonly k: number }
  /** The K-th highest score: at a threshold, the part is anomalous when at least K of its images are. */
  | { readonly rule: 'votes'; readonly k: number }

/** Reads `max`, `mean`, `topk:K` or `votes:K`. @throws {UsageError} Anything else, or K not a whole number >= 1. */
export function parsePartScore(text: string): PartScore {
  if (text === 'max' || text === 'mean') return { rule: text }
  const match = /^(topk|votes):([1-9]\d{0,5})$/.exec(text)
  if (!match) {
    throw new UsageError(
      `--part-score: expected max, mean, topk:K or votes:K with a whole number K >= 1, got "${text}"`,
    )
  }
  return { rule: match[1] as 'topk' | 'votes', k: Number(match[2]) }
}

export function formatPartScore(rule: PartScore): string {
  return 'k' in rule ? `${rule.rule}:${rule.k}` : rule.rule
}

/**
 * One score for a part.
 *
 * @param scores - Scores of its images, at least one. With fewer than K images, K is the number of images: `topk` is
 *   their mean, `votes` asks for all of them.
 */
export function partScore(rule: PartScore, scores: ArrayLike<number>): number {
  if (scores.length === 0) throw new RangeError('partScore: a part has at least one image')
  if (rule.rule === 'max') {
    let highest = -Infinity
    for (let i = 0; i < scores.length; i++) highest = Math.max(highest, scores[i]!)
    return highest
  }
  const descending = Float64Array.from(scores).sort().reverse()
  const k = rule.rule === 'mean' ? descending.length : Math.min(rule.k, descending.length)
  if (rule.rule === 'votes') return descending[k - 1]!
  let total = 0
  for (let i = 0; i < k; i++) total += descending[i]!
  return total / k
}
