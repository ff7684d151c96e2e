import { describe, expect, it } from 'vitest'
import { aggregate } from '../../src/evaluate/aggregate.ts'
import { figureNames } from '../../src/evaluate/figures.ts'
import { createRandom } from '../../src/math/random.ts'
import { type Estimate, foldSchema, levelMetricsSchema, naiveLevelSchema } from '../../src/wire/evaluation.ts'
import { partSamples, samples } from './samples.ts'
import { shifted, simulateRun } from './simulated-run.ts'

const run = (images = samples(120, 60, ['a', 'b']), by = 2, options = {}) => {
  const { results, settings } = simulateRun(images, shifted(by), options)
  return { results, ...aggregate(results, settings, createRandom(0)) }
}

describe('aggregate', () => {
  const whole = run()
  it('writes what the schema of evaluation.json asks for', () => {
    levelMetricsSchema.parse(whole.metrics.image)
    naiveLevelSchema.parse(whole.naive.image)
    for (const fold of whole.folds) foldSchema.parse(fold)
    expect(whole.metrics.part).toBeNull()
  })
  it.each(figureNames)('gives %s its mean, spread and intervals that hold the mean', (name) => {
    const { mean, sd, ci, bootstrapCi, perFold } = whole.metrics.image[name]
    const values = perFold.map((value) => value!)
    const average = values.reduce((sum, value) => sum + value, 0) / 4
    expect(mean).toBeCloseTo(average, 12)
    expect(sd).toBeCloseTo(Math.sqrt(values.reduce((sum, value) => sum + (value - average) ** 2, 0) / 3), 12)
    for (const [low, high] of [ci, bootstrapCi!]) {
      expect(low).toBeLessThan(mean!)
      expect(high).toBeGreaterThan(mean!)
    }
  })
  it('mirrors rates: escape = 1 - sensitivity, interval and all', () => {
    const { escapeRate, sensitivity } = whole.metrics.image
    expect(escapeRate.mean).toBeCloseTo(1 - sensitivity.mean!, 12)
    expect(escapeRate.ci[0]).toBeCloseTo(1 - sensitivity.ci[1]!, 9)
    expect(escapeRate.perFoldCi).toHaveLength(4)
  })
  it('is the same for the same seed', () => {
    expect(JSON.stringify(run().metrics)).toBe(JSON.stringify(whole.metrics))
  })
  it('calls the difference of the naive figures optimism', () => {
    const { auroc, optimism } = whole.naive.image
    expect(optimism.auroc).toBeCloseTo(auroc! - whole.metrics.image.auroc.mean!, 12)
  })
  it('never claims [1, 1] for perfect folds', () => {
    const { metrics } = run(samples(120, 60), 100)
    for (const name of figureNames) {
      for (const [low, high] of [metrics.image[name].ci, metrics.image[name].bootstrapCi!]) {
        expect(high! - low!, name).toBeGreaterThan(0)
      }
    }
    expect(metrics.image.auroc.ci[1]).toBe(1)
    // 60 anomalous images, of which at most 60 were ever judged: 0.025^(1/60) = 0.940.
    expect(metrics.image.auroc.ci[0]).toBeGreaterThan(0.9)
    expect(metrics.image.auroc.ci[0]).toBeLessThan(0.941)
    expect(metrics.image.escapeRate.ci[0]).toBe(0)
  })
  it('gives one fold no interval over folds, but a bootstrap', () => {
    const { metrics } = run(samples(120, 60), 2, { folds: 1 })
    expect(metrics.image.auroc).toMatchObject({ sd: null, ci: [null, null] })
    expect(metrics.image.auroc.bootstrapCi![0]).toBeLessThan(metrics.image.auroc.mean!)
  })
})

describe('images of parts', () => {
  const sizes = [
    ...Array.from({ length: 60 }, () => [6, 0] as const),
    ...Array.from({ length: 40 }, () => [0, 6] as const),
  ]
  // All images of a part score alike: six images are one witness.
  const byPart = (by: number) => {
    const effect = new Map<string, number>()
    const random = createRandom(1)
    for (let p = 0; p < 100; p++) effect.set(`p${p}`, random.normal())
    return (sample: { part: string | null; label: string }, noise: number) =>
      effect.get(sample.part!)! + 0.01 * noise + (sample.label === 'anomalous' ? by : 0)
  }
  const width = ({ ci }: Estimate) => ci[1]! - ci[0]!
  it('are resampled with their part, so that copies do not narrow an interval', () => {
    const images = partSamples(sizes)
    const { results, settings } = simulateRun(images, byPart(1.5))
    const { metrics } = aggregate(results, settings, createRandom(0))
    expect(width(metrics.image.auroc)).toBeGreaterThan(0.8 * width(metrics.part!.auroc))
    const [low, high] = metrics.image.escapeRate.perFoldCi![0]!
    const [partLow, partHigh] = metrics.part!.escapeRate.perFoldCi![0]!
    expect(high! - low!).toBeGreaterThan(0.8 * (partHigh! - partLow!))
  })
  it('give the part its highest score, and its label if any is anomalous', () => {
    const images = partSamples([...sizes, ...Array.from({ length: 10 }, () => [3, 3] as const)])
    const { results } = simulateRun(images, (sample) => (sample.label === 'anomalous' ? 2 : 1))
    const { rows } = results[0]!.part!
    rows.inference.scores.forEach((score, i) => {
      expect(score).toBe(rows.inference.labels[i] === 1 ? 2 : 1)
    })
    expect(new Set(rows.inference.ids).size).toBe(rows.inference.ids.length)
  })
})
