import { describe, expect, it } from 'vitest'
import { batchNorm, updateRunning } from '../../src/graph/batch-norm.ts'
import { gradients } from '../../src/graph/gradients.ts'
import { GraphBuilder } from '../../src/graph/graph.ts'
import { mul } from '../../src/graph/ops-elementwise.ts'
import { reduceSum } from '../../src/graph/ops-reduce.ts'
import { createRandom } from '../../src/math/random.ts'
import fc from '../fast-check.ts'
import { expectClose } from './expect-close.ts'
import { expectGradient, floats } from './expect-gradient.ts'
import { indices } from './naive.ts'
import { runGraph } from './run-graph.ts'

/** Shape and axis of the channels; each channel has at least 4 elements, so that its variance is not all epsilon. */
const layouts = fc.constantFrom<readonly [number[], number]>(
  [[7, 3], 1],
  [[3, 7], 0],
  [[2, 3, 4, 5], 1],
  [[3, 2, 4, 5], 0],
  [[1, 1, 2, 2], 1],
)

describe('batch normalisation', () => {
  it('has the statistics, the result and the running statistics of a slow twin', () =>
    fc.assert(
      fc.asyncProperty(layouts, fc.integer(), async ([shape, axis], seed) => {
        const random = createRandom(seed)
        const channels = shape[axis]!
        const x = floats(random, shape, 2)
        const [scale, bias, oldMean, oldVariance] = [0, 1, 2, 3].map(() => floats(random, [channels]))
        const [y, mean, variance, runMean, runVariance] = await runGraph(
          [x, scale!, bias!, oldMean!, oldVariance!],
          (...v) => {
            const norm = batchNorm(v[0]!, v[1]!, v[2]!, { axis, epsilon: 1e-3 })
            const running = updateRunning({ mean: v[3]!, variance: v[4]! }, norm, 0.25)
            return [norm.y, norm.mean, norm.variance, running.mean, running.variance]
          },
        )
        const where = [...indices(shape)]
        for (let c = 0; c < channels; c++) {
          const own = where.flatMap((index, i) => (index[axis] === c ? [i] : []))
          const xs = own.map((i) => x.data[i] as number)
          const average = xs.reduce((a, b) => a + b, 0) / xs.length
          const squares = xs.reduce((sum, value) => sum + (value - average) ** 2, 0)
          const factor = (scale!.data[c] as number) / Math.sqrt(squares / xs.length + 1e-3)
          const tight = { atol: 2e-5, rtol: 1e-5 }
          expectClose([mean!.data[c]!, variance!.data[c]!], [average, squares / xs.length], tight)
          expectClose(
            [runMean!.data[c]!, runVariance!.data[c]!],
            [
              0.75 * (oldMean!.data[c] as number) + 0.25 * average,
              0.75 * (oldVariance!.data[c] as number) + (0.25 * squares) / (xs.length - 1),
            ],
            tight,
          )
          expectClose(
            own.map((i) => y!.data[i]!),
            xs.map((value) => (value - average) * factor + (bias!.data[c] as number)),
            tight,
          )
        }
      }),
      { numRuns: 15 },
    ))

  it('has the gradients that differences show', () =>
    fc.assert(
      fc.asyncProperty(layouts, fc.integer(), async ([shape, axis], seed) => {
        const random = createRandom(seed)
        const channels = shape[axis]!
        await expectGradient(
          [floats(random, shape, 1), floats(random, [channels]), floats(random, [channels])],
          (x, scale, bias) => batchNorm(x!, scale!, bias!, { axis, epsilon: 0.1 }).y,
          { step: 1 / 256, tolerance: 5e-3 },
        )
      }),
      { numRuns: 10 },
    ))

  it('lets no gradient flow back through the statistics', async () => {
    const random = createRandom(1)
    const [slopes] = await runGraph(
      [floats(random, [4, 2]), floats(random, [2]), floats(random, [2])],
      (x, scale, bias) => {
        const { mean, variance } = batchNorm(x!, scale!, bias!)
        return gradients(reduceSum(mul(mean, variance), [0]), [x!])
      },
    )
    expect(slopes!.data).toEqual(new Array(8).fill(0))
  })

  it('refuses running statistics of single elements', () => {
    const graph = new GraphBuilder('single')
    const row = graph.input('x', 'float32', [1, 2])
    const [scale, bias] = [graph.input('scale', 'float32', [2]), graph.input('bias', 'float32', [2])]
    expect(() => updateRunning({ mean: bias, variance: scale }, batchNorm(row, scale, bias))).toThrow(
      'updateRunning: expected at least 2 elements a channel, got 1',
    )
  })
})
