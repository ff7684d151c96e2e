import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/gradients.ts'
import type { Value } from '../../src/graph/graph.ts'
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  focalLoss,
  focalTerms,
  meanSquaredError,
} from '../../src/graph/losses.ts'
import { reduceSum } from '../../src/graph/ops-reduce.ts'
import { tensor } from '../../src/graph/tensor.ts'
import { createRandom } from '../../src/math/random.ts'
import fc from '../fast-check.ts'
import { describeWith, goldenDir } from '../golden-dir.ts'
import { readSafetensors, values } from '../safetensors.ts'
import { expectClose } from './expect-close.ts'
import { runGraph } from './run-graph.ts'

const row = (numbers: ArrayLike<number>) => tensor(Float32Array.from(numbers), [numbers.length])
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const mean = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0) / xs.length

/** Loss and its gradient with respect to the first input, against the twin and its differences in double precision. */
async function expectLoss(
  build: (x: Value, target: Value) => Value,
  twin: (x: number, target: number) => number,
  draw: (uniform: () => number) => number,
) {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.integer(), async (count, seed) => {
      const { uniform } = createRandom(seed)
      const xs = Float32Array.from({ length: count }, () => draw(uniform))
      const targets = Float32Array.from({ length: count }, () => Math.round(uniform()))
      const [loss, slopes] = await runGraph([row(xs), row(targets)], (x, target) => {
        const value = build(x!, target!)
        return [value, ...gradients(value, [x!])]
      })
      expect(loss!.shape).toEqual([])
      expectClose(loss!.data, [mean([...xs].map((x, i) => twin(x, targets[i]!)))], { atol: 1e-6, rtol: 1e-5 })
      const step = 1e-5
      const numeric = [...xs].map(
        (x, i) => (twin(x + step, targets[i]!) - twin(x - step, targets[i]!)) / (2 * step * count),
      )
      expectClose(slopes!.data, numeric, { atol: 1e-5, rtol: 1e-3 })
    }),
    { numRuns: 10 },
  )
}

describe('losses', () => {
  const around = (uniform: () => number) => 8 * uniform() - 4
  const probable = (uniform: () => number) => 0.02 + 0.96 * uniform()
  const entropy = (p: number, t: number) => -(t * Math.log(p) + (1 - t) * Math.log(1 - p))

  it('mean squared error', () => expectLoss(meanSquaredError, (x, t) => (x - t) ** 2, around))
  it('binary cross entropy', () => expectLoss(binaryCrossEntropy, entropy, probable))
  it('binary cross entropy with logits', () =>
    expectLoss(binaryCrossEntropyWithLogits, (x, t) => entropy(sigmoid(x), t), around))
  it('focal loss', () =>
    expectLoss(
      (x, t) => focalLoss(x, t, { gamma: 1.5, smooth: 0 }),
      (x, t) => entropy(x, t) * (t === 1 ? 1 - x : x) ** 1.5,
      probable,
    ))

  it('binary cross entropy of sure mistakes is clamped, with the gradient that PyTorch gives', async () => {
    const [loss, slopes] = await runGraph([row([0, 1, 1, 0]), row([1, 0, 1, 0])], (x, target) => {
      const value = binaryCrossEntropy(x!, target!)
      return [value, ...gradients(value, [x!])]
    })
    expect(loss!.data).toEqual([50])
    expectClose(slopes!.data, [-0.25e12, 0.25e12, 0, 0], { atol: 1e-9, rtol: 1e-6 })
  })

  it('binary cross entropy with logits is exact far out, and has its slope at 0', async () => {
    const [loss, slopes] = await runGraph([row([200, -200, 0]), row([0, 1, 1])], (x, target) => {
      const value = binaryCrossEntropyWithLogits(x!, target!)
      return [value, ...gradients(value, [x!])]
    })
    expectClose(loss!.data, [(400 + Math.LN2) / 3], { atol: 0, rtol: 1e-6 })
    expectClose(slopes!.data, [1 / 3, -1 / 3, -1 / 6], { atol: 1e-7 })
  })
})

describeWith(goldenDir, 'focal loss as the reference of GLASS computes it', () => {
  it.each(['edge', 'random'])('%s', async (kind) => {
    const golden = readSafetensors(join(goldenDir, 'focal_loss.safetensors'))
    const want = (name: string) => values(golden, `${kind}.${name}`)
    const [each, sum, loss, slopes] = await runGraph(
      [row(want('score')), row(want('target'))],
      (score, target) => {
        const terms = focalTerms(score!, target!)
        const value = focalLoss(score!, target!)
        return [terms, reduceSum(terms, [0]), value, ...gradients(value, [score!])]
      },
    )
    if (kind === 'edge') {
      expectClose(each!.data, want('loss_each'), { atol: 2e-6, rtol: 1e-5 })
      expectClose(sum!.data, want('loss_sum'), { atol: 1e-5, rtol: 1e-5 })
    }
    expectClose(loss!.data, want('loss_mean'), { atol: 1e-6, rtol: 1e-5 })
    expectClose(slopes!.data, want('grad_of_mean'), { atol: 1e-6, rtol: 1e-4 })
  })
})
