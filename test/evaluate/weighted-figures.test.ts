import { describe, expect, it } from 'vitest'
import { figureNames, levelFigures } from '../../src/evaluate/figures.ts'
import { sortRows, weightedFiguresInto } from '../../src/evaluate/weighted-figures.ts'
import fc from '../fast-check.ts'

const factory = { prevalence: 0.02, costEscape: 50, costOverkill: 3, partialFpr: 0.2 }
const rows = fc.array(
  fc.record({ score: fc.integer({ min: 0, max: 6 }), label: fc.constantFrom(0, 1), weight: fc.nat(3) }),
  { minLength: 1, maxLength: 25 },
)

describe('weightedFiguresInto', () => {
  it('equals the figures of rows repeated by their weight, ties and all', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 7 }), (items, threshold) => {
        const out = new Float64Array(figureNames.length)
        const sorted = sortRows(
          {
            scores: Float64Array.from(items, ({ score }) => score),
            labels: Uint8Array.from(items, ({ label }) => label),
          },
          [...items.keys()],
        )
        weightedFiguresInto(
          out,
          sorted,
          Float64Array.from(items, ({ weight }) => weight),
          threshold,
          factory,
        )
        const repeated = items.flatMap((item) => Array.from({ length: item.weight }, () => item))
        const expected = levelFigures(
          {
            scores: Float64Array.from(repeated, ({ score }) => score),
            labels: Uint8Array.from(repeated, ({ label }) => label),
          },
          threshold,
          factory,
        )
        figureNames.forEach((name, i) => {
          const value = expected[name]
          if (value === null) expect.soft(out[i], name).toBeNaN()
          else expect.soft(out[i], name).toBeCloseTo(value, 10)
        })
      }),
      { numRuns: 300 },
    )
  })
})
