import { describe, expect, it } from 'vitest'
import type { Sample } from '../../src/dataset/sample.ts'
import { StatisticalError, UsageError } from '../../src/errors.ts'
import { groupsOf } from '../../src/evaluate/leave-out.ts'
import { planFolds, splitDefaults } from '../../src/evaluate/split.ts'
import { groupUnits, type UnitKind } from '../../src/evaluate/units.ts'
import { sample } from './samples.ts'

/** So many nominal and anomalous images of each value of `camera`. */
const cameras = (counts: Record<string, readonly [number, number]>): Sample[] =>
  Object.entries(counts).flatMap(([camera, [nominal, anomalous]]) => [
    ...Array.from({ length: nominal }, (_, i) =>
      sample(`${camera}-n${i}`, 'nominal', { attributes: { camera } }),
    ),
    ...Array.from({ length: anomalous }, (_, i) =>
      sample(`${camera}-a${i}`, 'anomalous', { attributes: { camera }, defect: i % 2 ? 'dent' : 'scratch' }),
    ),
  ])

const plan = (samples: readonly Sample[], by: string, unit: UnitKind = 'image') =>
  planFolds(groupUnits(samples, unit), { ...splitDefaults, scheme: 'leave-out', by })

describe('leave-out by a column', () => {
  const all = cameras({ A: [40, 12], B: [30, 20], C: [25, 11], D: [30, 3] })
  const plans = plan(all, 'camera')

  it('judges each group that is large enough once, whole, and lets nothing of it train or choose', () => {
    expect(plans.map(({ group }) => group)).toEqual(['A', 'B', 'C'])
    for (const { group, train, threshold, inference } of plans) {
      const own = all.filter(({ attributes }) => attributes.camera === group).map(({ id }) => id)
      expect(inference.map(({ id }) => id).sort()).toEqual(own.sort())
      for (const { attributes } of [...train, ...threshold]) expect(attributes.camera).not.toBe(group)
      expect(train.every(({ label }) => label === 'nominal')).toBe(true)
    }
  })
  it('chooses the threshold on all anomalies of the others, in balance, and lets half of their nominal units train', () => {
    const [first] = plans // 85 nominal and 34 anomalous images beside A
    expect(first!.counts).toEqual({ train: 51, threshold: [34, 34], inference: [40, 12] })
    expect(plan(all, 'camera').map(({ unitIds }) => unitIds)).toEqual(plans.map(({ unitIds }) => unitIds))
  })
  it('names the groups that are too small', () => {
    expect(groupsOf(groupUnits(all, 'image'), 'camera').tooSmall).toEqual([{ value: 'D', images: [30, 3] }])
  })
  it('judges units that lie in several groups by their images inside', () => {
    const parts = Array.from({ length: 30 }, (_, p) =>
      (p < 10 ? ['A', 'B'] : p < 20 ? ['A'] : ['B']).map((camera) => [
        sample(`${p}${camera}n`, 'nominal', { part: `${p}`, attributes: { camera } }),
        sample(`${p}${camera}a`, 'anomalous', { part: `${p}`, attributes: { camera } }),
        ...Array.from({ length: 3 }, (_, i) =>
          sample(`good${p}${camera}${i}`, 'nominal', {
            part: `good${p}${camera}${i}`,
            attributes: { camera },
          }),
        ),
      ]),
    ).flat(2)
    const [first] = plan(parts, 'camera', 'part')
    expect(first!.inference.every(({ attributes }) => attributes.camera === 'A')).toBe(true)
    const judged = new Set(first!.inference.map(({ part }) => part))
    for (const { part } of [...first!.train, ...first!.threshold]) expect(judged.has(part)).toBe(false)
  })
})

it('by defect keeps the kind from the threshold and judges it beside nominal images', () => {
  const plans = plan(cameras({ A: [200, 60] }), 'defect')
  expect(plans.map(({ group }) => group)).toEqual(['dent', 'scratch'])
  for (const { group, threshold, inference, counts } of plans) {
    const kinds = (of: readonly Sample[]) => [...new Set(of.flatMap(({ defect }) => defect ?? []))]
    expect(kinds(inference)).toEqual([group])
    expect(kinds(threshold)).not.toContain(group)
    expect(counts).toEqual({ train: 140, threshold: [30, 30], inference: [30, 30] })
  }
})

describe('refusals', () => {
  it.each([
    ['one value', { A: [40, 40] }, 'camera', StatisticalError, 'nothing can be left out'],
    [
      'groups too small',
      { A: [40, 40], B: [40, 9] },
      'camera',
      StatisticalError,
      '1 of 2 groups can be judged',
    ],
    ['no such column', { A: [40, 40] }, 'camra', UsageError, 'did you mean camera'],
  ] as const)('%s', (_, counts, by, kind, message) => {
    expect(() => plan(cameras(counts), by)).toThrow(kind)
    expect(() => plan(cameras(counts), by)).toThrow(message)
  })
  it('as many values as images', () => {
    const single = cameras({ A: [30, 30] }).map((each) => ({ ...each, attributes: { file: each.id } }))
    expect(() => plan(single, 'file')).toThrow('as many values as images (60)')
  })
  it('parts that appear in every group', () => {
    const parts = Array.from({ length: 40 }, (_, p) =>
      ['A', 'B'].map((camera) =>
        sample(`${p}${camera}`, p < 20 ? 'nominal' : 'anomalous', { part: `${p}`, attributes: { camera } }),
      ),
    ).flat()
    expect(() => plan(parts, 'camera', 'part')).toThrow('parts that appear under several values')
  })
})
