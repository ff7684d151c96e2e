import { describe, expect, it } from 'vitest'
import { comparisonText } from '../../src/cli/text/comparison-text.ts'
import { UsageError } from '../../src/errors.ts'
import { compareRuns } from '../../src/evaluate/compare.ts'
import { auroc } from '../../src/evaluate/metrics/roc.ts'
import type { RunData } from '../../src/evaluate/paired-folds.ts'
import { groupBy } from '../../src/math/group-by.ts'
import { createRandom } from '../../src/math/random.ts'
import { runOf } from './evaluation-of.ts'
import { partSamples, samples } from './samples.ts'
import { shifted, simulateRun } from './simulated-run.ts'

const images = samples(120, 60)
const strong = runOf('strong', simulateRun(images, shifted(3)))
const weak = runOf('weak', simulateRun(images, shifted(1)))
const compare = (a: RunData, b: RunData) => compareRuns(a, b, createRandom(0), undefined, 300)

describe('compareRuns', () => {
  it('tells a clearly better detector', () => {
    const { figures, delong, mcnemar, verdict, isClustered } = compare(strong, weak)
    expect(figures.auroc.isDistinguishable).toBe(true)
    expect(figures.auroc.ci[0]).toBeGreaterThan(0)
    expect(figures.auroc.pValue).toBeLessThan(0.05)
    expect(figures.auroc.mean).toBeCloseTo(
      strong.evaluation.metrics.image.auroc.mean! - weak.evaluation.metrics.image.auroc.mean!,
      12,
    )
    expect(delong.perFold).toHaveLength(4)
    expect(mcnemar.pooled).toBeLessThan(0.05)
    expect(verdict).toMatch(/AUROC: strong is higher than weak/)
    expect(isClustered).toBe(false)
  })
  it('compares by part where parts were drawn whole, with the difference of the figures of both runs', () => {
    const parts = partSamples(Array.from({ length: 90 }, (_, p) => (p % 3 === 0 ? [1, 2] : [3, 0])))
    const [a, b] = [2, 0.3].map((by) => runOf(`shifted by ${by}`, simulateRun(parts, shifted(by))))
    const { partAuroc, figures, isClustered } = compare(a!, b!)
    expect(isClustered).toBe(true)
    const partOf = ({ evaluation }: RunData) => evaluation.metrics.part!.auroc
    expect(partAuroc!.mean).toBeCloseTo(partOf(a!).mean! - partOf(b!).mean!, 12)
    expect(partAuroc!.ci[0]).toBeLessThan(partAuroc!.mean!)
    expect(partAuroc!.ci[1]).toBeGreaterThan(partAuroc!.mean!)
    expect(partAuroc!.mean).not.toBe(figures.auroc.mean)
    expect(compare(strong, weak).partAuroc).toBeNull()
  })
  it('joins the images of a part as each run does', () => {
    const parts = partSamples(Array.from({ length: 90 }, (_, p) => (p % 3 === 0 ? [1, 2] : [3, 0])))
    const run = runOf('by max', simulateRun(parts, shifted(0.5)))
    const { evaluation, scores } = run
    const byMean = { ...evaluation, protocol: { ...evaluation.protocol, partScore: 'mean' } }
    const { partAuroc } = compare({ name: 'by mean', evaluation: byMean, scores }, run)
    const means = evaluation.folds.map(({ fold }) => {
      const judged = scores.filter((row) => row.fold === fold && row.role === 'inference')
      const units = [...groupBy(judged, ({ part }) => part).values()]
      return auroc(
        Float64Array.from(units, (rows) => rows.reduce((sum, { score }) => sum + score, 0) / rows.length),
        Uint8Array.from(units, (rows) => Number(rows.some(({ label }) => label === 'anomalous'))),
      )
    })
    const expected = means.reduce((sum: number, each) => sum + each!, 0) / means.length
    expect(partAuroc!.a).toBeCloseTo(expected, 12)
    expect(partAuroc!.b).toBeCloseTo(evaluation.metrics.part!.auroc.mean!, 12)
    expect(partAuroc!.mean).not.toBeCloseTo(0, 3)
  })
  it('is antisymmetric', () => {
    const [ab, ba] = [compare(strong, weak), compare(weak, strong)]
    expect(ab.figures.auroc.mean).toBeCloseTo(-ba.figures.auroc.mean!, 12)
    expect(ab.figures.auroc.ci[0]).toBeCloseTo(-ba.figures.auroc.ci[1]!, 12)
    expect(ab.figures.escapeRate.isDistinguishable).toBe(ba.figures.escapeRate.isDistinguishable)
  })
  it('does not tell a run from itself, nor from one that differs by noise', () => {
    expect(compare(strong, { ...strong, name: 'again' }).verdict).toMatch(/not distinguishable/)
    const random = createRandom(5)
    const noisy = simulateRun(images, (sample, noise) => shifted(1)(sample, noise) + 0.5 * random.normal())
    const comparison = compare(weak, runOf('noisy', noisy))
    expect(comparison.figures.auroc.words).toMatch(/not distinguishable/)
    expect(comparison.figures.auroc.ci[0]).toBeLessThan(0)
  })
  it('refuses runs on other folds, and lists what differs', () => {
    const other = runOf('other', simulateRun(images, shifted(3), { seed: 1 }))
    expect(() => compare(strong, other)).toThrow(UsageError)
    expect(() => compare(strong, other)).toThrow(/fold 0, .*\n.*and \d+ more images/s)
    const moved = {
      ...strong.evaluation,
      seed: 3,
      dataset: { ...strong.evaluation.dataset, fingerprint: 'sha256:1' },
    }
    expect(() => compare(strong, { ...strong, name: 'moved', evaluation: moved })).toThrow(
      /dataset fingerprint: sha256:0 and sha256:1\n {2}seed: 0 and 3/,
    )
  })
  it('says when one of the runs was drawn with units that leak', () => {
    expect(compare(strong, weak).leak).toBeNull()
    const finding = { id: 'leakage.part', title: '90 of 180 images show a part', evidence: {}, remedy: '' }
    const withFinding = (severity: 'error' | 'warning' | 'info'): RunData => ({
      ...weak,
      evaluation: { ...weak.evaluation, findings: [{ ...finding, severity }] },
    })
    expect(compare(strong, withFinding('info')).leak).toBeNull()
    for (const severity of ['error', 'warning'] as const) {
      const comparison = compare(strong, withFinding(severity))
      expect(comparison.leak).toBe(finding.title)
      const text = comparisonText(comparison, 80).replace(/\s+/g, ' ')
      expect(text).toContain('drawn with leaking units')
      expect(text).toContain(finding.title)
    }
    expect(comparisonText(compare(strong, weak), 80)).not.toContain('leaking')
  })
})
