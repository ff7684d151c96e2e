import { describe, expect, it } from 'vitest'
import type { FoldInput } from '../../../src/evaluate/evaluate-fold.ts'
import { defectiveCurve } from '../../../src/evaluate/plan/defective-curve.ts'
import { defectiveUnits, fewerDefectives } from '../../../src/evaluate/plan/fewer-defectives.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'
import { samples } from '../samples.ts'
import { shifted, simulateRun } from '../simulated-run.ts'

const { results, settings } = simulateRun(samples(160, 80), shifted(1.5))
const inputs: readonly FoldInput[] = results.map(({ plan, image, pixel, seconds }) => {
  const scored = (role: 'threshold' | 'inference') =>
    image.rows[role].samples.map(([sample], i) => ({ sample: sample!, score: image.rows[role].scores[i]! }))
  return { plan, threshold: scored('threshold'), inference: scored('inference'), pixel, seconds }
})
const options = { level: 'image', settings, random: createRandom(0), draws: 3 } as const

describe('fewerDefectives', () => {
  const sizes = [20, 40, 57, 80]
  const measured = fewerDefectives(inputs, sizes, options, quietTask)

  it('is the evaluation itself with all of them, once, and orders as asked with fewer', () => {
    expect(defectiveUnits(inputs, settings)).toBe(80)
    expect(measured.map(({ units, draws }) => [units, draws.length])).toEqual([
      [20, 3],
      [40, 3],
      [57, 3],
      [80, 1],
    ])
    const mean = results.reduce((sum, { image }) => sum + image.figures.auroc!, 0) / results.length
    expect(measured.at(-1)!.draws[0]!.auroc.mean).toBeCloseTo(mean, 12)
  })

  it('finds wider intervals with fewer, and carries the narrowing on', () => {
    const width = (i: number) =>
      measured[i]!.draws.reduce((sum, draw) => sum + draw.escapeRate.width!, 0) / measured[i]!.draws.length
    expect(width(0)).toBeGreaterThan(1.4 * width(3))
    const points = defectiveCurve(measured, [160, 320], createRandom(1))!
    const widths = points.map(({ escapeRate }) => escapeRate.width)
    expect(widths).toEqual([...widths].sort((a, b) => b - a))
    expect(widths.at(-1)).toBeGreaterThan(0)
    for (const { escapeRate } of points) {
      const [low, high] = escapeRate.ci
      expect(high - low).toBeCloseTo(escapeRate.width, 6)
      expect(escapeRate.value).toBeGreaterThan(low)
      expect(escapeRate.value).toBeLessThan(high)
    }
  })

  it('says that there is no curve where a figure is undefined', () => {
    const undefinedAt20 = measured.map((size, i) =>
      i > 0
        ? size
        : { ...size, draws: size.draws.map((draw) => ({ ...draw, auroc: { mean: null, width: null } })) },
    )
    expect(defectiveCurve(undefinedAt20, [160], createRandom(1))).toBeNull()
  })
})
