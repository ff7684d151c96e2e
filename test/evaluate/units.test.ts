import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import { groupUnits, resolveUnit } from '../../src/evaluate/units.ts'
import { partSamples, sample, samples } from './samples.ts'

describe('units', () => {
  it('are parts where parts are known, else images', () => {
    expect(resolveUnit(samples(3, 3), 'auto')).toBe('image')
    expect(resolveUnit(partSamples([[2, 1]]), 'auto')).toBe('part')
    expect(resolveUnit(partSamples([[2, 1]]), 'image')).toBe('image')
  })
  it('refuses parts where no part is known, and says how to give them', () => {
    expect(() => resolveUnit(samples(3, 3), 'part')).toThrow(UsageError)
    expect(() => resolveUnit(samples(3, 3), 'part')).toThrow(/--part-pattern/)
  })
  it('keeps an image without a part id apart, even from a part of its name', () => {
    const units = groupUnits([...partSamples([[2, 1]]), sample('p0', 'nominal')], 'part')
    expect(units.map((unit) => unit.id)).toEqual(['image:p0', 'part:p0'])
    expect(units[1]).toMatchObject({ strata: ['scratch'] })
    expect(units[1]!.nominal).toHaveLength(2)
  })
})
