import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/gradients.ts'
import { GraphBuilder } from '../../src/graph/graph.ts'
import { quantile, quantileWhere } from '../../src/graph/quantile.ts'
import { tensor } from '../../src/graph/tensor.ts'
import fc from '../fast-check.ts'
import { expectClose } from './expect-close.ts'
import { runGraph } from './run-graph.ts'

function twin(xs: readonly number[], q: number): number {
  if (xs.length === 0) return 0
  const sorted = [...xs].sort((a, b) => a - b)
  const position = q * (sorted.length - 1)
  const below = sorted[Math.floor(position)]!
  return below + (position - Math.floor(position)) * (sorted[Math.ceil(position)]! - below)
}

const numbersAndMask = fc.array(fc.tuple(fc.float({ noNaN: true, min: -100, max: 100 }), fc.boolean()), {
  minLength: 1,
  maxLength: 20,
})

describe('quantile', () => {
  it('interpolates between neighbours, of all elements and of those under a mask', () =>
    fc.assert(
      fc.asyncProperty(numbersAndMask, fc.double({ min: 0, max: 1, noNaN: true }), async (rows, q) => {
        const xs = rows.map(([x]) => x)
        const [ofAll, ofMasked, slopes] = await runGraph(
          [
            tensor(Float32Array.from(xs), [xs.length]),
            { dtype: 'bool', shape: [xs.length], data: Uint8Array.from(rows, ([, kept]) => Number(kept)) },
          ],
          (x, mask) => {
            const all = quantile(x!, q)
            return [all, quantileWhere(x!, mask!, q), ...gradients(all, [x!])]
          },
        )
        const tolerance = { atol: 1e-3 } // a position in float32 times a gap of up to 200
        expectClose(ofAll!.data, [twin(xs, q)], tolerance)
        expectClose(
          ofMasked!.data,
          [
            twin(
              rows.flatMap(([x, kept]) => (kept ? [x] : [])),
              q,
            ),
          ],
          tolerance,
        )
        expect(slopes!.data).toEqual(xs.map(() => 0))
      }),
      { numRuns: 30 },
    ))

  it('refuses a share outside 0..1', () => {
    const x = new GraphBuilder('share').input('x', 'float32', [3])
    expect(() => quantile(x, 1.5)).toThrow('quantile: expected a share in 0..1, got 1.5')
  })
})
