import { describe, expect, it } from 'vitest'
import { fisherGreater, subgroups } from '../../src/evaluate/subgroups.ts'
import { subgroupSchema } from '../../src/wire/evaluation.ts'
import { samples } from './samples.ts'
import { simulateRun } from './simulated-run.ts'

describe('subgroups', () => {
  const images = samples(120, 60, ['dent', 'crack', 'fray']).map((sample, i) => ({
    ...sample,
    attributes: { angle: String(i % 4), serial: String(i), site: 'A' },
  }))
  // Cracks look like nominal parts.
  const { results } = simulateRun(
    images,
    (sample, noise) => noise + (sample.label === 'anomalous' && sample.defect !== 'crack' ? 6 : 0),
  )
  const groups = subgroups(results)
  const find = (column: string, value: string) =>
    groups.find((g) => g.column === column && g.value === value)!

  it('follow the schema, and take only columns that group', () => {
    for (const group of groups) subgroupSchema.parse(group)
    expect([...new Set(groups.map((group) => group.column))]).toEqual(['defect', 'angle'])
  })
  it('name the worst defect type, and only that', () => {
    expect(groups.filter((group) => group.worst).map((group) => group.value)).toEqual(['crack'])
    expect(find('defect', 'crack').escapeRate).toBeGreaterThan(0.6)
    expect(find('defect', 'dent').escapeRate).toBeLessThan(0.2)
    expect(find('defect', 'crack').auroc).toBeLessThan(find('defect', 'dent').auroc!)
  })
  it('count images once, however often they were judged', () => {
    const crack = find('defect', 'crack')
    expect(crack.images).toBeLessThanOrEqual(20)
    expect(crack.escapeCi![0]).toBeLessThanOrEqual(crack.escapeRate!)
    expect(crack.escapeCi![1]).toBeGreaterThanOrEqual(crack.escapeRate!)
    expect(crack).toMatchObject({ label: 'anomalous', overkillRate: null, overkillCi: null })
    expect(find('angle', '0').label).toBe('both')
  })
})

describe('fisherGreater', () => {
  it('is the tail of the hypergeometric distribution', () => {
    // 3 of 3 drawn from 4 red among 8: (4 choose 3) / (8 choose 3).
    expect(fisherGreater(3, 3, 4, 8)).toBeCloseTo(4 / 56, 12)
    expect(fisherGreater(0, 3, 4, 8)).toBeCloseTo(1, 12)
  })
})
