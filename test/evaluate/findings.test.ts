import { describe, expect, it } from 'vitest'
import { evaluationFindings, type FindingsInput } from '../../src/evaluate/findings.ts'
import { verdictSentence } from '../../src/evaluate/verdict.ts'
import { findingSchema } from '../../src/wire/evaluation.ts'
import { evaluationOf } from './evaluation-of.ts'
import { partSamples, samples } from './samples.ts'
import { shifted, simulateRun } from './simulated-run.ts'

function inputOf(run: ReturnType<typeof simulateRun>): FindingsInput {
  return { ...evaluationOf(run.results, run.settings), results: run.results }
}
const healthy = inputOf(simulateRun(samples(200, 80), shifted(2)))
const ids = (input: FindingsInput) =>
  evaluationFindings(input).map((finding) => {
    findingSchema.parse(finding)
    return finding.id
  })

describe('evaluationFindings', () => {
  it('has nothing to say about a healthy evaluation', () => {
    expect(ids(healthy)).toEqual([])
  })
  it('says when nominal test images were kept out of training', () => {
    const merge = { mode: 'auto' as const, merged: false, pValue: 0.01, effect: 0.2, reason: '' }
    expect(ids({ ...healthy, protocol: { ...healthy.protocol, merge } })).toEqual(['shift.nominal'])
  })
  it('says when the prevalence is assumed and when files failed', () => {
    const protocol = { ...healthy.protocol, prevalenceStated: false }
    const dataset = { ...healthy.dataset, failures: [{ path: 'a.png', reason: 'truncated' }] }
    expect(ids({ ...healthy, protocol, dataset })).toEqual(['protocol.prevalence', 'files.unreadable'])
  })
  it('says when anomalous units sat out', () => {
    expect(ids(inputOf(simulateRun(samples(60, 80), shifted(2))))).toContain('protocol.sat-out')
  })
  it('says when many images show few parts', () => {
    const few = [
      ...Array.from({ length: 16 }, () => [8, 0] as const),
      ...Array.from({ length: 8 }, () => [0, 8] as const),
    ]
    expect(ids(inputOf(simulateRun(partSamples(few), shifted(2))))).toContain('sample.units')
  })
})

describe('verdictSentence', () => {
  it('counts parts, not rates', () => {
    const { metrics, protocol } = healthy
    const rate = (mean: number, ci: [number, number]) => ({ ...metrics.image.escapeRate, mean, ci })
    const image = {
      ...metrics.image,
      escapeRate: rate(0.1, [0.05, 0.2]),
      overkillRate: rate(0.05, [0.02, 0.1]),
    }
    expect(verdictSentence({ metrics: { ...metrics, image }, protocol })).toBe(
      'Of 1,000 images, 20 of them defective (as stated), about 2.0 (95 % interval 1.0 to 4.0) defective ones escape and ' +
        'about 49 (95 % interval 20 to 98) good ones are rejected for nothing.',
    )
  })
})
