/** A small, seeded version of `npm run bench:coverage`; the bounds are three standard errors wide. */
import { describe, expect, it } from 'vitest'
import { simulateCoverage } from '../../bench/coverage-simulation.ts'

describe('coverage of the 95 % intervals', () => {
  const replicates = 120
  const { figures } = simulateCoverage(
    { anomalous: 30, nominalPer: 2, imagesPerPart: 4, folds: 5, separation: 1.6 },
    replicates,
    100,
    1,
  )
  const tooFew = 0.95 - 3 * Math.sqrt((0.95 * 0.05) / replicates)
  it.each(figures)('$name: ours hold the truth, those that ignore parts do not', ({ name, coverage }) => {
    expect(coverage.correctedT).toBeGreaterThan(tooFew)
    expect(coverage.bca).toBeGreaterThan(tooFew)
    expect(coverage.imageBootstrap).toBeLessThan(tooFew)
    if (name === 'auroc') expect(coverage.naiveT).toBeLessThan(tooFew)
    if (coverage.binomial !== null) expect(coverage.binomial).toBeLessThan(tooFew)
  })
})
