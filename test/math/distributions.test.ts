/** Values to 17 digits from mpmath with 50 digits; sums of exact terms for the binomial. */

import { describe, expect, it } from 'vitest'
import {
  betaQuantile,
  binomialCdf,
  normalCdf,
  normalQuantile,
  tCdf,
  tQuantile,
} from '../../src/math/distributions.ts'
import { incompleteBeta } from '../../src/math/incomplete-beta.ts'
import fc from '../fast-check.ts'

const expectRelative = (got: number, want: number, tolerance = 1e-12): void =>
  expect(Math.abs(got - want)).toBeLessThanOrEqual(tolerance * Math.abs(want))

describe('normal distribution', () => {
  it.each([
    [-37.5, 4.605353009581955e-308],
    [-8, 6.220960574271784e-16],
    [-3, 0.0013498980316300946],
    [-2.5, 0.006209665325776135],
    [-2.375, 0.008774475095738362],
    [-1, 0.15865525393145705],
    [-0.125, 0.45026177516988714],
    [0, 0.5],
    [0.125, 0.5497382248301129],
    [1.5, 0.9331927987311419],
    [3, 0.9986501019683699],
  ])('normalCdf(%d) = %d', (z, p) => expectRelative(normalCdf(z), p, 1e-13))
  it.each([
    [0.975, 1.9599639845400538],
    [0.025, -1.9599639845400543],
    [0.5625, 0.1573106846101707],
    [1e-10, -6.361340902404057],
    [1e-100, -21.273453560965326],
  ])('normalQuantile(%d) = %d', (p, z) => expectRelative(normalQuantile(p), z, 1e-14))
  it('has its ends', () => {
    expect([normalCdf(-Infinity), normalCdf(Infinity)]).toEqual([0, 1])
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity])
  })
})

describe("Student's t distribution", () => {
  it.each([
    [-50, 3, 8.808576020635988e-6],
    [-2.5, 0.5, 0.20048526452664658],
    [-1, 1, 0.25],
    [-2, 4, 0.058058261758407795],
    [-0.0078125, 7.5, 0.49698518526074265],
    [3, 9, 0.9925218180447929],
    [-10, 120, 8.569720587680508e-18],
    [-2.5, 10_000, 0.006217609775291849],
    [-10, 1_000_000, 7.639305384089125e-24],
  ])('tCdf(%d, %d) = %d', (t, freedom, p) => expectRelative(tCdf(t, freedom), p))
  it.each([
    [0.975, 4, 2.7764451051977934],
    [0.975, 9, 2.262157162798205],
    [0.975, 1, 12.706204736174692],
    [0.975, 99.5, 1.984093610990624],
    [0.9375, 0.75, 8.446478530633971],
    [1e-9, 3, -1033.1096745038078],
    [0.5009765625, 5, 0.00257256739351602],
  ])('tQuantile(%d, %d) = %d', (p, freedom, t) => expectRelative(tQuantile(p, freedom), t))
  it('has its ends, and the normal distribution as its limit', () => {
    expect([tCdf(-Infinity, 3), tCdf(Infinity, 3), tCdf(0, 3)]).toEqual([0, 1, 0.5])
    expect([tQuantile(0, 3), tQuantile(0.5, 3), tQuantile(1, 3)]).toEqual([-Infinity, 0, Infinity])
    expect(tQuantile(0.9, Infinity)).toBe(normalQuantile(0.9))
    expect(tCdf(-1, Infinity)).toBe(normalCdf(-1))
    expectRelative(tQuantile(0.975, 1e12), normalQuantile(0.975), 1e-11)
  })
  it('reaches where the beta distribution underflows: tails of a t with half a degree of freedom fall as t^-1/2', () => {
    expectRelative(tQuantile(1e-100, 0.5) / tQuantile(1e-98, 0.5), 1e4, 1e-9)
  })
})

describe('beta distribution', () => {
  it.each([
    [0.25, 2, 3, 0.26171875],
    [0.5, 0.5, 0.5, 0.5],
    [0.001953125, 0.01, 5, 0.9591594564113156],
    [0.5, 400, 600, 0.9999999998913802],
    [0.125, 400, 600, 4.027490031020322e-106],
    [0.5, 3000, 3200, 0.9944636121144532],
    [0.9990234375, 100, 2.5, 0.9991471879501358],
    [0.5, 20.5, 31, 0.930620375073108],
  ])('incompleteBeta(%d, %d, %d) = %d', (x, a, b, p) => expectRelative(incompleteBeta(x, a, b), p))
  it('is 0 and 1 at its ends', () => {
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1])
    expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([0, 1])
  })
  it.each([
    [0.025, 8, 3, 0.44390453769235844],
    [0.975, 9, 2, 0.9747892736731666],
    [0.025, 0.2, 5, 1.3827392029311425e-9],
    [0.975, 3, 28, 0.22073540152296187],
  ])('betaQuantile(%d, %d, %d) = %d', (p, a, b, x) => expectRelative(betaQuantile(p, a, b), x))
  it('has closed forms where a parameter is 1', () => {
    const shape = fc.double({ min: 0.05, max: 1000, noNaN: true })
    const share = fc.double({ min: 1e-6, max: 0.999, noNaN: true })
    fc.assert(
      fc.property(share, shape, (p, a) => {
        expectRelative(betaQuantile(p, a, 1), p ** (1 / a), 1e-11)
        expectRelative(betaQuantile(p, 1, a), -Math.expm1(Math.log1p(-p) / a), 1e-11)
      }),
    )
  })
})

describe('binomial distribution', () => {
  it.each([
    [0, 59, 0.05, 0.04849452524942323],
    [0, 58, 0.05, 0.0510468686836034],
    [3, 10, 0.5, 0.171875],
    [2, 30, 0.5, 4.33996319770813e-7],
    [40, 1000, 0.0625, 0.0011817978870727224],
    [7, 20, 0.25, 0.8981881430772773],
  ])('binomialCdf(%d, %d, %d) = %d', (hits, n, p, want) => expectRelative(binomialCdf(hits, n, p), want))
  it('is 0 below 0 hits, 1 from n on, and certain where p is', () => {
    expect([binomialCdf(-1, 5, 0.5), binomialCdf(5, 5, 0.5), binomialCdf(0, 0, 0.5)]).toEqual([0, 1, 1])
    expect([binomialCdf(2, 5, 0), binomialCdf(2, 5, 1)]).toEqual([1, 0])
  })
})

describe('quantiles', () => {
  const probability = fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true })
  const positive = fc.double({ min: 0.5, max: 5000, noNaN: true })
  it('undo their distribution functions', () => {
    fc.assert(
      fc.property(probability, positive, positive, (p, a, b) => {
        expectRelative(normalCdf(normalQuantile(p)), p)
        expectRelative(tCdf(tQuantile(p, a), a), p)
        const x = betaQuantile(p, a, b)
        // Close to 1 a double x cannot say where it is: its spacing, times the density, is then lost.
        fc.pre(x < 0.999 && x > 1e-300)
        expectRelative(incompleteBeta(x, a, b), p, 1e-10)
      }),
    )
  })
  it('rise with the probability, as distribution functions rise', () => {
    fc.assert(
      fc.property(probability, probability, positive, positive, (p, q, a, b) => {
        const [low, high] = [Math.min(p, q), Math.max(p, q)]
        fc.pre(high > low * (1 + 1e-9) && 1 - low > (1 - high) * (1 + 1e-9))
        expect(normalQuantile(low)).toBeLessThan(normalQuantile(high))
        expect(tQuantile(low, a)).toBeLessThan(tQuantile(high, a))
        expect(betaQuantile(low, a, b)).toBeLessThanOrEqual(betaQuantile(high, a, b))
        expect(incompleteBeta(low, a, b)).toBeLessThanOrEqual(incompleteBeta(high, a, b))
      }),
    )
  })
  it('are symmetric', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 511 }), positive, positive, (k, a, b) => {
        const p = k / 1024
        expect(normalQuantile(1 - p)).toBe(-normalQuantile(p))
        expect(tQuantile(1 - p, a)).toBe(-tQuantile(p, a))
        expect(betaQuantile(1 - p, b, a)).toBeCloseTo(1 - betaQuantile(p, a, b), 12)
      }),
    )
  })
  it('refuse what has no answer', () => {
    expect(() => normalQuantile(1.1)).toThrow(/normalQuantile: expected a probability in 0..1, got 1.1/)
    expect(() => normalCdf(Number.NaN)).toThrow(RangeError)
    expect(() => tQuantile(0.5, 0)).toThrow(/degrees of freedom above 0, got 0/)
    expect(() => tCdf(Number.NaN, 3)).toThrow(RangeError)
    expect(() => betaQuantile(0.5, -1, 2)).toThrow(/parameters above 0, got -1 and 2/)
    expect(() => incompleteBeta(2, 1, 1)).toThrow(/expected x in 0..1, got 2/)
    expect(() => binomialCdf(1, 2, Number.NaN)).toThrow(RangeError)
  })
})
