import { expect, it } from 'vitest'
import { errorAt, fitPowerLaw } from '../../../src/evaluate/plan/power-law.ts'

const sizes = [10, 20, 40, 80, 160]
const even = sizes.map(() => 1)

it('finds a law that the errors follow', () => {
  const exponent = 0.1 * 20 ** (12 / 24)
  const law = fitPowerLaw(
    sizes,
    sizes.map((n) => 0.05 + 0.6 * n ** -exponent),
    even,
  )
  expect(law.exponent).toBeCloseTo(exponent, 12)
  expect(law.floor).toBeCloseTo(0.05, 9)
  expect(errorAt(law, 640)).toBeCloseTo(0.05 + 0.6 * 640 ** -exponent, 9)
})

it('is flat for errors that do not fall, and never below 0', () => {
  expect(fitPowerLaw(sizes, [0.1, 0.1, 0.1, 0.1, 0.1], even)).toMatchObject({ floor: 0.1, factor: 0 })
  expect(errorAt(fitPowerLaw(sizes, [0.1, 0.2, 0.3, 0.4, 0.5], even), 1000)).toBeCloseTo(0.3, 12)
  const steep = fitPowerLaw(sizes, [0.9, 0.4, 0.1, 0.01, 0], even)
  expect(steep.floor).toBe(0)
  expect(errorAt(steep, 10_000)).toBeGreaterThanOrEqual(0)
})
