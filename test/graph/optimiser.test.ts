/** Optimisers and clipping against PyTorch, both ways that they run. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  arraysNorm,
  clipCoefficient,
  clipCoefficientOf,
  gradientNorm,
} from '../../src/graph/gradient-norm.ts'
import { mul } from '../../src/graph/ops-elementwise.ts'
import { reduceSum } from '../../src/graph/ops-reduce.ts'
import { adam, adamW, type Optimiser, sgd } from '../../src/graph/optimiser.ts'
import { type TensorData, tensor } from '../../src/graph/tensor.ts'
import { openTrainingStep } from '../../src/graph/training-step.ts'
import { createRandom } from '../../src/math/random.ts'
import { describeWith, goldenDir } from '../golden-dir.ts'
import { readSafetensors, values } from '../safetensors.ts'
import { expectClose } from './expect-close.ts'
import { runGraph } from './run-graph.ts'

const ways = ['fused', 'inside'] as const
const row = (numbers: ArrayLike<number>): TensorData => tensor(Float32Array.from(numbers), [numbers.length])

/** The parameter after each step when the gradients are given: the loss is their product with the parameter. */
async function follow(
  update: (typeof ways)[number],
  optimiser: Optimiser,
  initial: ArrayLike<number>,
  gradients: readonly ArrayLike<number>[],
): Promise<Float32Array[]> {
  const shape = [initial.length]
  const step = await openTrainingStep(
    {
      name: 'given gradients',
      parameters: { p: { dtype: 'float32', shape } },
      inputs: [{ name: 'gradient', dtype: 'float32', shape }],
      build: ({ parameters, inputs }) => ({ loss: reduceSum(mul(parameters.p!, inputs.gradient!), [0]) }),
      optimiser,
    },
    { parameters: { p: row(initial) } },
    { update, threads: 1 },
  )
  const path: Float32Array[] = []
  for (const gradient of gradients) {
    await step.run({ gradient: row(gradient) })
    path.push((step.live()['parameters/p']!.data as Float32Array).slice())
  }
  await step.close()
  return path
}

describeWith(goldenDir, 'optimisers equal PyTorch', () => {
  const cases: readonly (readonly [string, Optimiser])[] = [
    ['adam_csflow', adam({ learningRate: 2e-4, epsilon: 1e-4, weightDecay: 1e-5 })],
    ['adam_glass_projection', adam({ learningRate: 1e-4, weightDecay: 1e-5 })],
    ['adamw_glass_discriminator', adamW({ learningRate: 2e-4 })],
    ['adam_strong_decay', adam({ learningRate: 0.01, weightDecay: 0.1 })],
    ['adamw_strong_decay', adamW({ learningRate: 0.01, weightDecay: 0.1 })],
  ]
  const golden = () => readSafetensors(join(goldenDir, 'optimizers.safetensors'))
  const rows = (flat: Float64Array) => Array.from({ length: 6 }, (_, i) => flat.subarray(12 * i, 12 * i + 12))

  for (const way of ways) {
    it.each(cases)(`%s, ${way}`, async (name, optimiser) => {
      const tensors = golden()
      const path = await follow(
        way,
        optimiser,
        values(tensors, 'initial'),
        rows(values(tensors, 'gradients')),
      )
      for (const [i, want] of rows(values(tensors, name)).entries()) {
        expectClose(path[i]!, want, { atol: 5e-7 }, `${name} after step ${i + 1}`)
      }
    })
  }

  it('clipping, in the graph and of arrays', async () => {
    const tensors = golden()
    for (const [i, norm] of values(tensors, 'clip.norm').entries()) {
      const [a, b] = ['a', 'b'].map((part) => row(values(tensors, `clip.${i}.${part}`)))
      const [gotNorm, clippedA, clippedB] = await runGraph([a!, b!], (x, y) => {
        const length = gradientNorm([x!, y!])
        const coefficient = clipCoefficient(length, 1)
        return [length, mul(x!, coefficient), mul(y!, coefficient)]
      })
      const close = { atol: 1e-6 }
      expectClose(gotNorm!.data, [norm], close)
      expectClose(clippedA!.data, values(tensors, `clip.${i}.a_clipped`), close)
      expectClose(clippedB!.data, values(tensors, `clip.${i}.b_clipped`), close)
      const whole = arraysNorm([a!.data as Float32Array, b!.data as Float32Array])
      expectClose([whole], [norm], close)
      const coefficient = clipCoefficientOf(whole, 1)
      expectClose(
        [...a!.data].map((value) => Number(value) * coefficient),
        values(tensors, `clip.${i}.a_clipped`),
        close,
      )
    }
  })
})

describe('stochastic gradient descent', () => {
  /** PyTorch's documented algorithm, in double precision. */
  function twin(
    options: { momentum: number; nesterov: boolean; weightDecay: number },
    gradients: Float32Array[],
  ) {
    const { momentum, nesterov, weightDecay } = options
    let [p, buffer] = [gradients[0]!.map(() => 1), gradients[0]!.map(() => 0)].map((xs) => [...xs]) as [
      number[],
      number[],
    ]
    return gradients.map((gradient) => {
      const slope = p.map((value, i) => gradient[i]! + weightDecay * value)
      buffer = buffer.map((value, i) => momentum * value + slope[i]!)
      const direction = nesterov
        ? slope.map((value, i) => value + momentum * buffer[i]!)
        : momentum
          ? buffer
          : slope
      p = p.map((value, i) => value - 0.1 * direction[i]!)
      return p
    })
  }
  const random = createRandom(5)
  const gradients = Array.from({ length: 4 }, () => Float32Array.from({ length: 7 }, () => random.normal()))
  const settings = [
    { momentum: 0, nesterov: false, weightDecay: 0 },
    { momentum: 0.9, nesterov: false, weightDecay: 0.01 },
    { momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  ]
  it.each(settings)('%o', async (options) => {
    const want = twin(options, gradients)
    for (const way of ways) {
      const path = await follow(way, sgd({ learningRate: 0.1, ...options }), new Array(7).fill(1), gradients)
      for (const [i, each] of path.entries()) expectClose(each, want[i]!, { atol: 1e-6 })
    }
  })
  it('takes a rate for each step', async () => {
    const [first, second] = await follow('fused', sgd({ learningRate: (step) => 1 / step }), [0], [[1], [1]])
    expect([first![0], second![0]]).toEqual([-1, -1.5])
  })
  it('refuses nesterov without momentum', () =>
    expect(() => sgd({ learningRate: 1, nesterov: true })).toThrow(
      'sgd: expected a momentum with nesterov, got 0',
    ))
})
