/** Networks, gradients and optimisers equal torchvision's and PyTorch's, on vectors that every clone has. */
import { describe, expect, it } from 'vitest'
import { architecture } from '../../src/backbone/architectures.ts'
import { batchNorm } from '../../src/graph/batch-norm.ts'
import { gradients } from '../../src/graph/gradients.ts'
import { GraphBuilder, type Value } from '../../src/graph/graph.ts'
import { binaryCrossEntropyWithLogits } from '../../src/graph/losses.ts'
import { add, leakyRelu, mul, sigmoid } from '../../src/graph/ops-elementwise.ts'
import { conv2d, matmul } from '../../src/graph/ops-linear.ts'
import { reduceMean, reduceSum } from '../../src/graph/ops-reduce.ts'
import { adam, adamW, type Optimiser, sgd } from '../../src/graph/optimiser.ts'
import { openSession } from '../../src/graph/session.ts'
import { tensor } from '../../src/graph/tensor.ts'
import { openTrainingStep } from '../../src/graph/training-step.ts'
import { formulaTensor, formulaWeights } from '../backbone/formula-weights.ts'
import { expectClose } from '../graph/expect-close.ts'
import { runGraph } from '../graph/run-graph.ts'
import { sidecar, vectors } from './vectors.ts'

describe('networks with formula weights equal torchvision', () => {
  const { tensors, want } = vectors('backbones')
  const { gain, input, stages } = sidecar.files.backbones!
  const names = [...new Set([...tensors.keys()].map((key) => key.split('.')[0]!))]

  it.each(names)('%s, in every stage', async (id) => {
    const own = [...tensors.keys()].filter((key) => key.startsWith(`${id}.`)).sort()
    const graph = new GraphBuilder(id)
    const image = graph.input('input', 'float32', input!)
    const deepest = architecture(id).stages.findLast(({ name }) => own.includes(`${id}.${name}`))!.name
    const built = architecture(id).build(image, formulaWeights(gain!), 'symmetric', deepest)
    for (const [name, value] of built) graph.output(name, value)
    const session = await openSession(graph.build(), { threads: 1 })
    try {
      const data = formulaTensor('input', input!, 1)
      const results = await session.run({ input: { dtype: 'float32', shape: input!, data } })
      for (const key of own) {
        const got = results[key.slice(id.length + 1)]!
        const { shape, step } = stages![key]!
        expect(got.shape, key).toEqual(shape)
        const wanted = want(key)
        const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        expect(largest).toBeGreaterThan(0)
        const sampled = Array.from(wanted, (_, i) => Number(got.data[i * step]))
        expectClose(sampled, wanted, { atol: 2e-4 * largest }, key)
      }
    } finally {
      await session.close()
    }
  })
})

it('one step of a small network equals PyTorch: loss, statistics of the batch, every gradient', async () => {
  const { want, shape } = vectors('training')
  const names = ['conv', 'conv_bias', 'scale', 'shift', 'depthwise', 'linear', 'linear_bias']
  const given = (name: string) => tensor(Float32Array.from(want(name)), shape(name))
  const results = await runGraph(['x', 'target', ...names].map(given), (...inputs) => {
    const [x, target, ...parameters] = inputs as Value[]
    const [conv, convBias, scale, shift, depthwise, linear, linearBias] = parameters
    const first = conv2d(x!, conv!, { bias: convBias!, stride: 2, padding: 1 })
    const { y, mean } = batchNorm(first, scale!, shift!)
    const second = conv2d(leakyRelu(y, 0.2), depthwise!, { padding: 2, dilation: 2, groups: 6 })
    const logits = add(matmul(reduceMean(sigmoid(second), [2, 3]), linear!), linearBias!)
    const loss = binaryCrossEntropyWithLogits(logits, target!)
    return [logits, loss, mean, ...gradients(loss, parameters)]
  })
  const expected = ['logits', 'loss', 'batch_mean', ...names.map((name) => `gradient.${name}`)]
  for (const [i, name] of expected.entries()) {
    expectClose(results[i]!.data, want(name), { atol: 1e-6, rtol: 1e-4 }, name)
  }
})

describe('optimisers equal PyTorch', () => {
  const { want, shape } = vectors('optimisers')
  const [steps, count] = shape('gradients') as [number, number]
  const rows = (flat: Float64Array) =>
    Array.from({ length: steps }, (_, i) => Float32Array.from(flat.subarray(count * i, count * (i + 1))))

  it.each<readonly [string, Optimiser]>([
    ['adam', adam({ learningRate: 1e-2 })],
    ['adam_decay', adam({ learningRate: 2e-3, epsilon: 1e-4, betas: [0.5, 0.9], weightDecay: 0.05 })],
    ['adamw_decay', adamW({ learningRate: 5e-3, weightDecay: 0.1 })],
    ['sgd', sgd({ learningRate: 0.1 })],
    ['sgd_nesterov', sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 })],
  ])('%s', async (name, optimiser) => {
    for (const update of ['fused', 'inside'] as const) {
      const step = await openTrainingStep(
        {
          name: 'given gradients',
          parameters: { p: { dtype: 'float32', shape: [count] } },
          inputs: [{ name: 'gradient', dtype: 'float32', shape: [count] }],
          build: ({ parameters, inputs }) => ({ loss: reduceSum(mul(parameters.p!, inputs.gradient!), [0]) }),
          optimiser,
        },
        { parameters: { p: tensor(Float32Array.from(want('initial')), [count]) } },
        { update, threads: 1 },
      )
      try {
        for (const [i, path] of rows(want(name)).entries()) {
          await step.run({ gradient: tensor(rows(want('gradients'))[i]!, [count]) })
          const got = step.live()['parameters/p']!.data as Float32Array
          expectClose(got, path, { atol: 1e-6, rtol: 1e-6 }, `${name}, ${update}, step ${i + 1}`)
        }
      } finally {
        await step.close()
      }
    }
  })
})
