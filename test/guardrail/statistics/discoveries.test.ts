import { expect, it } from 'vitest'
import { discoveries } from '../../../src/guardrail/statistics/discoveries.ts'
import fc from '../../fast-check.ts'

it('steps up: a later p-value below its line picks all before it', () => {
  // Lines at 0.1 * rank / 4: 0.025, 0.05, 0.075, 0.1; ranks 1 and 2 lie above theirs, rank 3 below.
  expect(discoveries([0.9, 0.06, 0.055, 0.03], 0.1)).toEqual([3, 2, 1])
  expect(discoveries([0.9, 0.8], 0.1)).toEqual([])
  expect(discoveries([], 0.1)).toEqual([])
})

it('picks the smallest, and no fewer at a higher rate', () => {
  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 })
  fc.assert(
    fc.property(pValues, (p) => {
      const picked = discoveries(p, 0.1)
      const left = p.filter((_, i) => !picked.includes(i))
      for (const i of picked) for (const other of left) expect(p[i]!).toBeLessThanOrEqual(other)
      expect(discoveries(p, 0.3).length).toBeGreaterThanOrEqual(picked.length)
    }),
  )
})
