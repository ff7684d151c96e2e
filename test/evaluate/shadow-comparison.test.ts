/** The model in shadow beside the one that judges. */
import { expect, it } from 'vitest'
import { compareWithShadow } from '../../src/evaluate/shadow-comparison.ts'
import type { ShadowPair } from '../../src/wire/station/shadow-comparison.ts'
import type { Verdict } from '../../src/wire/station/verdict.ts'

const names = { active: 'a', shadow: 'b' }
let made = 0
const pair = (
  active: Verdict,
  shadow: Verdict,
  label: ShadowPair['label'] = null,
  selection: ShadowPair['selection'] = 'random',
): ShadowPair => {
  const id = (made++).toString(16).padStart(32, '0')
  return {
    ...{ part: null, label, selection: label === null ? null : selection },
    active: { id, verdict: active, score: 1 },
    shadow: { id, verdict: shadow, score: 2 },
  }
}

it('counts mistakes of each on the random sample, and what a verdict chose apart', () => {
  const pairs = [
    ...Array.from({ length: 6 }, () => pair('anomalous', 'nominal', 'nominal')),
    pair('nominal', 'anomalous', 'anomalous'),
    pair('nominal', 'nominal', 'anomalous'),
    pair('nominal', 'nominal', 'nominal'),
    pair('anomalous', 'nominal', 'anomalous', 'by-score'),
    pair('anomalous', 'nominal', 'unsure'),
    pair('nominal', 'nominal'),
  ]
  const { judged, agree, random, byScore, pValue, apart } = compareWithShadow(pairs, names)
  expect({ judged, agree, apart: apart.length }).toEqual({ judged: 12, agree: 3, apart: 9 })
  expect(random).toEqual({
    ...{ nominal: 7, anomalous: 2, activeEscapes: 2, shadowEscapes: 1, activeOverkill: 6, shadowOverkill: 0 },
    ...{ onlyActive: 0, onlyShadow: 7 },
  })
  expect(byScore).toMatchObject({ nominal: 0, anomalous: 1, shadowEscapes: 1, onlyActive: 1, onlyShadow: 0 })
  // 7 of 7 one way: 2 / 2^7
  expect(pValue).toBeCloseTo(2 / 128)
})

it('calls no part a mistake that a model sends to people, and says nothing where nobody has decided', () => {
  const { random } = compareWithShadow([pair('review', 'anomalous', 'nominal')], names)
  expect(random).toMatchObject({ activeOverkill: 0, shadowOverkill: 1, onlyActive: 1 })
  expect(compareWithShadow([pair('nominal', 'anomalous')], names).pValue).toBeNull()
  expect(compareWithShadow([], names)).toMatchObject({ judged: 0, agree: 0, apart: [], pValue: null })
})
