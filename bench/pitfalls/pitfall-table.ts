/** Answers of the benchmark, counted: sensitivity, specificity, and the dose at which half of the ill datasets are noticed. */
import { wilson } from '../../src/evaluate/intervals/wilson.ts'
import { markdownTable } from '../machine.ts'
import { findAnswer, type Question } from './answer-cases.ts'
import type { PitfallCase } from './pitfall-case.ts'

export interface Count {
  readonly found: number
  readonly skipped: number
  readonly of: number
}

export interface CaseResult {
  readonly asked: Pick<PitfallCase, 'guardrail' | 'illness' | 'doses'>
  readonly healthy: Count
  /** One for each dose. */
  readonly ill: readonly Count[]
}

export function resultOf(asked: PitfallCase, questions: readonly Question[]): CaseResult {
  const own = questions.filter((question) => question.asked === asked)
  const count = (dose: number | null): Count => {
    const answers = own
      .filter((question) => question.dose === dose)
      .flatMap((question) => findAnswer(question) ?? [])
    return {
      found: answers.filter(({ kind }) => kind === 'found').length,
      skipped: answers.filter(({ kind }) => kind === 'skipped').length,
      of: answers.length,
    }
  }
  return { asked, healthy: count(null), ill: asked.doses.map(count) }
}

/** What a guardrail must reach to be believed without reserve. */
export const aim = 0.95

export function pitfallTable(results: readonly CaseResult[]): string {
  return markdownTable([
    [
      'guardrail',
      'illness',
      'dose',
      'found in ill',
      'sensitivity',
      'quiet in healthy',
      'specificity',
      'half at',
    ],
    ...results.map(({ asked, healthy, ill }) => {
      const [most] = ill as [Count, ...Count[]]
      const quiet = { ...healthy, found: healthy.of - healthy.found }
      return [
        `\`${asked.guardrail}\``,
        asked.illness,
        String(asked.doses[0]),
        `${most.found} of ${most.of}`,
        rate(most),
        `${quiet.found} of ${quiet.of}${healthy.skipped > 0 ? ` (${healthy.skipped} not asked)` : ''}`,
        rate(quiet),
        halfDose(asked.doses, ill),
      ]
    }),
  ])
}

/** `0.95 (0.76..0.99)`, in bold where it misses the aim. */
function rate({ found, of }: Count): string {
  if (of === 0) return 'not asked yet'
  const [low, high] = wilson(found, of, 0.95)
  const text = `${(found / of).toFixed(2)} (${low.toFixed(2)}..${high.toFixed(2)})`
  return found / of < aim ? `**${text}**` : text
}

/**
 * Between the last dose noticed in half of the datasets and the first that is not, by the logarithm of the dose where there is
 * one; of the doses asked so far.
 */
export function halfDose(doses: readonly number[], ill: readonly Count[]): string {
  const unasked = ill.findIndex(({ of }) => of === 0)
  const shares = ill.slice(0, unasked === -1 ? ill.length : unasked).map(({ found, of }) => found / of)
  if (shares.length === 0) return ''
  const missed = shares.findIndex((share) => share < 0.5)
  if (missed === 0) return 'at no dose'
  if (missed === -1) return shares.length === 1 ? '' : `past ${doses[shares.length - 1]}`
  const [a, b] = [shares[missed - 1]!, shares[missed]!]
  const [from, to] = [doses[missed - 1]!, doses[missed]!]
  const share = (a - 0.5) / (a - b)
  const half = Math.min(from, to) > 0 ? from * (to / from) ** share : from + share * (to - from)
  return half.toPrecision(2)
}
