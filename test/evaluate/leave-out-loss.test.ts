import { describe, expect, it } from 'vitest'
import { type JudgedFold, leaveOutFinding, measureLoss } from '../../src/evaluate/leave-out-loss.ts'
import { createRandom } from '../../src/math/random.ts'
import { quietTask } from '../../src/task.ts'
import type { LeaveOut } from '../../src/wire/evaluation.ts'
import { samples } from './samples.ts'
import { simulatedSettings } from './simulated-run.ts'

const all = samples(60, 60)
const random = createRandom(8)
const noise = all.map(() => random.normal())

/** Anomalous scores lie `by` above nominal ones. */
const judged = (by: number): JudgedFold => ({
  samples: all,
  units: all.map(({ id }) => id),
  labels: all.map(({ label }) => Number(label === 'anomalous')),
  scores: all.map(({ label }, i) => noise[i]! + (label === 'anomalous' ? by : 0)),
  threshold: 1,
})

const measure = (leftOut: number, known: number): LeaveOut => ({
  by: 'camera',
  run: 'random',
  tooSmall: [],
  ...measureLoss(
    [
      { value: 'A', images: [60, 60], leftOut: [judged(leftOut)], known: [judged(known), judged(known)] },
      { value: 'B', images: [60, 60], leftOut: [judged(2)], known: [judged(2)] },
    ],
    simulatedSettings,
    createRandom(0),
    quietTask,
  ),
})

describe('measureLoss', () => {
  it('is nothing where nothing changes, with units drawn once for both', () => {
    const [group] = measure(2, 2).groups
    expect(group!.auroc).toMatchObject({ loss: 0, ci: [0, 0] })
    expect(leaveOutFinding(measure(2, 2))).toBeNull()
  })
  it('is what separation is lost, in AUROC and in escapes, with an interval about it', () => {
    const { groups, mean } = measure(0.5, 2)
    const { auroc, escapeRate } = groups[0]!
    expect(auroc.loss).toBeCloseTo(auroc.known! - auroc.leftOut!, 12)
    expect(escapeRate.loss).toBeCloseTo(escapeRate.leftOut! - escapeRate.known!, 12)
    for (const { loss, ci } of [auroc, escapeRate]) {
      expect(ci[0]!).toBeGreaterThan(0)
      expect(ci[0]!).toBeLessThan(loss!)
      expect(ci[1]!).toBeGreaterThan(loss!)
    }
    expect(mean.auroc.loss).toBeCloseTo(auroc.loss! / 2, 12)
    expect(mean.auroc.ci[1]! - mean.auroc.ci[0]!).toBeLessThan(auroc.ci[1]! - auroc.ci[0]!)
  })
  it('becomes a finding that names the group', () => {
    expect(leaveOutFinding(measure(0.5, 2))).toMatchObject({
      id: 'generalisation.group',
      severity: 'warning',
      title: expect.stringContaining('The detector knows the camera A: AUROC'),
      evidence: { groups: ['A'] },
    })
  })
  it('is undefined where a group was never judged under the random split', () => {
    const none = { ...judged(1), samples: [], units: [], labels: [], scores: [] }
    const { groups, mean } = measureLoss(
      [{ value: 'A', images: [60, 60], leftOut: [judged(1)], known: [none] }],
      simulatedSettings,
      createRandom(0),
      quietTask,
    )
    expect(groups[0]!.auroc).toMatchObject({ known: null, loss: null, ci: [null, null] })
    expect(mean.auroc).toEqual({ leftOut: null, known: null, loss: null, ci: [null, null] })
  })
})
