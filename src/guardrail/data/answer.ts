/** Answers of a guardrail, and the counts and shares in their sentences. */
import type { Finding } from '../../wire/evaluation.ts'
import type { GuardrailPicture } from '../../wire/guardrail-report.ts'
import type { Answer } from '../contract.ts'

export const percent = (share: number): string =>
  `${(100 * share).toFixed(share > 0 && share < 0.0095 ? 1 : 0)} %`

/** `1 image`, `12 images`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** At most 20 of a list, for evidence; the count stands beside it. */
export const some = <T>(items: readonly T[]): readonly T[] => items.slice(0, 20)

/** Found, if there is anything; else passed. */
export function answer(
  findings: readonly (Finding | null)[],
  pictures: readonly GuardrailPicture[] = [],
): Answer {
  const [first, ...rest] = findings.filter((finding) => finding !== null)
  return first === undefined
    ? { kind: 'passed', pictures }
    : { kind: 'found', findings: [first, ...rest], pictures }
}

export const skipped = (reason: string): Answer => ({ kind: 'skipped', reason })
