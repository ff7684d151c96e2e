import { describe, expect, it } from 'vitest'
import {
  clusteredAurocInterval,
  clusteredRateInterval,
  perfectBound,
} from '../../src/evaluate/clustered-intervals.ts'
import { createRandom } from '../../src/math/random.ts'

function rows(clusters: number, copies: number) {
  const random = createRandom(7)
  const base = Array.from({ length: clusters }, (_, c) => ({
    label: c % 2,
    score: random.normal() + (c % 2),
  }))
  const all = base.flatMap((row, c) => Array.from({ length: copies }, () => ({ ...row, cluster: `c${c}` })))
  return {
    scores: Float64Array.from(all, ({ score }) => score),
    labels: Uint8Array.from(all, ({ label }) => label),
    clusters: all.map(({ cluster }) => cluster),
  }
}
const isHit = (score: number) => score >= 0.5

describe('intervals of clustered images', () => {
  it('do not narrow when every image is copied', () => {
    const once = rows(60, 1)
    const copied = rows(60, 5)
    const width = ([low, high]: readonly (number | null)[]) => high! - low!
    expect(width(clusteredAurocInterval(copied)) / width(clusteredAurocInterval(once))).toBeCloseTo(1, 1)
    const rate = width(clusteredRateInterval(copied, 1, isHit)) / width(clusteredRateInterval(once, 1, isHit))
    expect(rate).toBeGreaterThan(0.9)
    expect(rate).toBeLessThan(1.15)
  })
  it('count clusters where nothing went wrong', () => {
    const copied = rows(60, 5)
    const [low, high] = clusteredRateInterval(copied, 1, () => true)
    expect(low).toBeCloseTo(perfectBound(30), 10)
    expect(high).toBe(1)
  })
  it('give a perfect AUROC a one-sided bound', () => {
    const copied = rows(60, 5)
    const scores = Float64Array.from(copied.labels)
    expect(clusteredAurocInterval({ ...copied, scores })).toEqual([perfectBound(30), 1])
    const once = rows(60, 1)
    const [low, high] = clusteredAurocInterval({ ...once, scores: Float64Array.from(once.labels) })
    expect(low).toBeLessThan(1)
    expect(high).toBe(1)
  })
  it('do not take equal scores for certainty', () => {
    const copied = rows(60, 5)
    const [low, high] = clusteredAurocInterval({ ...copied, scores: new Float64Array(300) })
    expect(low).toBeLessThan(0.35)
    expect(high).toBeGreaterThan(0.65)
  })
  it('are undefined without the label', () => {
    const { scores, clusters } = rows(10, 2)
    const labels = new Uint8Array(20)
    expect(clusteredAurocInterval({ scores, labels, clusters })).toEqual([null, null])
    expect(clusteredRateInterval({ scores, labels, clusters }, 1, isHit)).toEqual([null, null])
  })
  it('perfectBound: the rule of three, exactly', () => {
    expect(perfectBound(10) ** 10).toBeCloseTo(0.025, 12)
    expect(perfectBound(0)).toBe(0)
  })
})
