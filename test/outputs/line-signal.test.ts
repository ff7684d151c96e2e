import { describe, expect, it } from 'vitest'
import { type LinePolicy, lineSignal } from '../../src/outputs/line-signal.ts'
import { type StationState, shownState } from '../../src/outputs/station-state.ts'
import { unanswered, verdicts } from '../../src/wire/station/outcomes.ts'
import { outcomeSchema } from '../../src/wire/station/verdict.ts'
import fc from '../fast-check.ts'

const sides = ['reject', 'hold'] as const
const policies: LinePolicy[] = sides.flatMap((failSafe) => sides.map((review) => ({ failSafe, review })))

describe('what a line is told to do', () => {
  it.each(policies)('with every outcome, failSafe $failSafe and review $review', (policy) => {
    const told = Object.fromEntries(
      outcomeSchema.options.map((outcome) => [outcome, lineSignal(outcome, policy)]),
    )
    const noAnswer = { resultValid: false, resultOk: false, action: policy.failSafe }
    expect(told).toEqual({
      nominal: { resultValid: true, resultOk: true, action: 'pass' },
      anomalous: { resultValid: true, resultOk: false, action: 'reject' },
      review: { resultValid: true, resultOk: false, action: policy.review },
      timeout: noAnswer,
      busy: noAnswer,
      'no-model': noAnswer,
      failed: noAnswer,
    })
  })

  it('knows every outcome there is', () => {
    expect([...verdicts, ...unanswered].sort()).toEqual([...outcomeSchema.options].sort())
  })

  it('lets nothing pass but the word nominal', () => {
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom('Nominal', 'nominal ', 'NOMINAL', 'ok', '', 'good', 'true', '__proto__'),
    )
    fc.assert(
      fc.property(words, fc.constantFrom(...policies), (word, policy) => {
        const { resultOk, action } = lineSignal(word, policy)
        return (
          (resultOk && action === 'pass') === (word === 'nominal') &&
          (word === 'nominal' || action !== 'pass')
        )
      }),
    )
  })
})

describe('the state that a line sees', () => {
  const phases = ['starting', 'no-model', 'ready', 'failed', 'stopping'] as const
  const every: StationState[] = phases.flatMap((phase) =>
    [0, 1, 3].flatMap((underWay) =>
      [true, false].map((takes) => ({ phase, underWay, takes, model: null, reason: null })),
    ),
  )

  it('is ready only where a model is, and another part would be taken', () => {
    for (const state of every)
      expect(shownState(state).ready, JSON.stringify(state)).toBe(state.phase === 'ready' && state.takes)
  })

  it('is busy while anything is under way', () => {
    for (const state of every) expect(shownState(state).busy).toBe(state.underWay > 0)
  })

  it('has one name for each phase', () => {
    const names = phases.map((phase) => shownState({ ...every[0]!, phase }).vision)
    expect(names).toEqual(['Preoperational', 'Initialized', 'Ready', 'Error', 'Halted'])
    expect(shownState({ ...every[0]!, phase: 'ready', underWay: 1 }).vision).toBe('SingleExecution')
  })
})
