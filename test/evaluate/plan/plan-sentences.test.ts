import { describe, expect, it } from 'vitest'
import { planSentences, proofSentence } from '../../../src/evaluate/plan/plan-sentences.ts'
import { planFixture } from '../../report/plan-fixture.ts'

describe('planSentences', () => {
  it('begins with what more good photographs would buy', () => {
    expect(planSentences(planFixture)[0]).toBe(
      'With 80 more good photographs image AUROC would be 0.960 (0.940 to 0.970) instead of 0.920 (0.890 to 0.940); more would change little.',
    )
    expect(planSentences(planFixture)[1]).toBe(
      'The escape rate would then be 8 % (5 to 12 %) instead of 12 %, the overkill rate 6 % (3 to 9 %) instead of 7.5 %.',
    )
  })

  it('says so where more change little, where still more would help, and where it does not know', () => {
    const { nominal } = planFixture
    const first = (advice: typeof nominal.advice) =>
      planSentences({ ...planFixture, nominal: { ...nominal, advice } })
        .slice(0, 3)
        .join(' ')
    expect(first({ kind: 'enough', more: 0, isUncertain: false })).toContain(
      'More good photographs would change little: with 80 to learn from',
    )
    expect(first({ kind: 'open', more: 240, isUncertain: false })).toContain('still more would help further')
    expect(first({ kind: 'more', more: 80, isUncertain: true })).toContain('is known badly')
  })

  it('counts parts where parts are known, with their photographs', () => {
    const protocol = { ...planFixture.protocol, unit: 'part', level: 'part' } as const
    const nominal = { ...planFixture.nominal, imagesPerUnit: 3 }
    expect(planSentences({ ...planFixture, protocol, nominal })[0]).toContain(
      'With 80 more good parts (about 240 photographs) part AUROC',
    )
  })

  it('tells what proves a rate, and that nothing proves what is not so', () => {
    const proof = planFixture.proofs.escape
    const sentence = (of: typeof proof) => proofSentence(of, 'escape', 'defective', 'missed', true)
    expect(sentence(proof)).toContain('At the rate measured here, 12 %, no number of parts would prove it')
    expect(sentence({ ...proof, rate: 0.002, expected: { wrong: 2, parts: 628 } })).toContain(
      'At the rate measured here, 0.2 %, count on 628, of which 2 may be missed.',
    )
    expect(sentence({ ...proof, parts: [{ wrong: 0, parts: null }] })).toContain('cannot be proved')
    expect(sentence({ ...proof, rate: null })).toMatch(/choose the threshold\.$/)
  })
})
