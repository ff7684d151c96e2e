/** Agreement with other photographs, against a twin that looks every cell up. */

import { describe, expect, it } from 'vitest'
import { disagreement, worthOfDisagreement } from '../../../src/prepare/embedded/agreement.ts'
import fc from '../../fast-check.ts'

const grids = fc
  .record({
    rows: fc.integer({ min: 1, max: 6 }),
    cols: fc.integer({ min: 1, max: 6 }),
    count: fc.integer({ min: 3, max: 20 }),
  })
  .chain(({ rows, cols, count }) =>
    fc
      .array(fc.array(fc.nat(64), { minLength: rows * cols, maxLength: rows * cols }), {
        minLength: count,
        maxLength: count,
      })
      .map((values) => ({ rows, cols, exemplars: values.map((each) => Float32Array.from(each)) })),
  )

/** Mean square over the window around a cell, edges repeated; then the rank; then the best window that holds the cell. */
function slow(exemplars: readonly Float32Array[], own: Float32Array, rows: number, cols: number): number[] {
  const others = exemplars.filter((other) => other.join() !== own.join())
  const rank = Math.max(2, Math.round(others.length / 8))
  const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value))
  const around = (i: number): number[] =>
    [-1, 0, 1].flatMap((dy) =>
      [-1, 0, 1].map(
        (dx) => clamp(Math.floor(i / cols) + dy, rows - 1) * cols + clamp((i % cols) + dx, cols - 1),
      ),
    )
  const ranked = Array.from(own, (_, i) => {
    const squares = others.map(
      (other) => around(i).reduce((sum, j) => sum + (own[j]! - other[j]!) ** 2, 0) / 9,
    )
    return squares.sort((a, b) => a - b)[rank - 1] ?? Number.POSITIVE_INFINITY
  })
  return Array.from(own, (_, i) => Math.min(...around(i).map((j) => ranked[j]!)))
}

describe('disagreement', () => {
  it('is the difference to the photograph that agrees n-th best, in eighths of an octave', () => {
    fc.assert(
      fc.property(grids, ({ rows, cols, exemplars }) => {
        const [own] = exemplars
        const bins = disagreement(exemplars, own!, rows, cols)
        for (const [i, square] of slow(exemplars, own!, rows, cols).entries()) {
          const exact = 8 * (0.5 * Math.log2(Math.max(1e-9, square)) + 3)
          const bin = Math.min(71, Math.max(0, exact))
          expect(bins[i]!).toBeGreaterThanOrEqual(Math.floor(bin - 1e-3))
          expect(bins[i]!).toBeLessThanOrEqual(Math.floor(bin + 1e-3))
        }
      }),
    )
  })
})

describe('worthOfDisagreement', () => {
  it('rises, speaks for the background where cells agree, and says little for the object', () => {
    const still = new Uint8Array(400).fill(10)
    const moving = new Uint8Array(400).fill(40)
    const worth = worthOfDisagreement([still, moving], [new Uint8Array(400), new Uint8Array(400).fill(1)])
    for (let bin = 1; bin < worth.length; bin++) expect(worth[bin]!).toBeGreaterThanOrEqual(worth[bin - 1]!)
    expect(worth[10]!).toBeLessThan(-5)
    expect(worth[40]!).toBeGreaterThan(1)
    expect(Math.max(...worth)).toBeLessThanOrEqual(1.5)
  })

  it('says nothing where objects agree as well as backgrounds do', () => {
    const bins = Uint8Array.from({ length: 400 }, (_, i) => 5 + (i % 30))
    const labels = [Uint8Array.from({ length: 400 }, (_, i) => (Math.floor(i / 30) % 2 === 0 ? 1 : 0))]
    for (const worth of worthOfDisagreement([bins], labels)) expect(Math.abs(worth)).toBeLessThan(0.7)
  })
})
