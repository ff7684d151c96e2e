/** A training step on WebGPU is the same step. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchNorm, updateRunning } from '../../src/graph/batch-norm.ts'
import { convolveTaps } from '../../src/graph/channel-major.ts'
import { binaryCrossEntropyWithLogits } from '../../src/graph/losses.ts'
import { leakyRelu } from '../../src/graph/ops-elementwise.ts'
import { maxPool } from '../../src/graph/ops-image.ts'
import { conv2d, gemm } from '../../src/graph/ops-linear.ts'
import { reduceMean } from '../../src/graph/ops-reduce.ts'
import { transpose } from '../../src/graph/ops-shape.ts'
import { adamW } from '../../src/graph/optimiser.ts'
import { type TensorData, type TensorType, tensor } from '../../src/graph/tensor.ts'
import type { TrainingPlan } from '../../src/graph/training-plan.ts'
import { openTrainingStep, type TrainingOptions } from '../../src/graph/training-step.ts'
import { createRandom } from '../../src/math/random.ts'
import { expectClose } from './expect-close.ts'
import { floats } from './expect-gradient.ts'
import { useSoftwareGpu, whyNoSoftwareGpu } from './software-gpu.ts'

const float = (...shape: number[]): TensorType<'float32'> => ({ dtype: 'float32', shape })

/** A bit of all that the detectors are made of. */
const parameters = {
  kernel: float(4, 3, 3, 3),
  scale: float(4),
  shift: float(4),
  taps: float(2, 3, 3, 4),
  tail: float(2, 1),
}
const plan: TrainingPlan = {
  name: 'sampler',
  parameters,
  buffers: { mean: float(4), variance: float(4) },
  inputs: [
    { name: 'x', ...float(2, 3, 9, 9) },
    { name: 'y', ...float(2, 1) },
  ],
  build({ parameters: p, buffers, inputs }) {
    const seen = conv2d(inputs.x!, p.kernel!, { padding: 1, stride: 2 })
    const norm = batchNorm(seen, p.scale!, p.shift!)
    const maps = transpose(maxPool(leakyRelu(norm.y, 0.2), 2), [1, 0, 2, 3])
    const grown = convolveTaps(maps, p.taps!, { padding: 1, resizeTo: [4, 4] })
    const pooled = reduceMean(grown, [2, 3]) // [channels, images]
    return {
      loss: binaryCrossEntropyWithLogits(gemm(pooled, p.tail!, { transA: true }), inputs.y!),
      buffers: { ...updateRunning({ mean: buffers.mean!, variance: buffers.variance! }, norm) },
    }
  },
  optimiser: adamW({ learningRate: 0.01 }),
  maxGradientNorm: 1,
}

async function train(options: TrainingOptions) {
  const random = createRandom(1)
  const initial = (types: Readonly<Record<string, TensorType>>): Record<string, TensorData> =>
    Object.fromEntries(Object.entries(types).map(([name, { shape }]) => [name, floats(random, shape)]))
  const step = await openTrainingStep(
    plan,
    { parameters: initial(parameters), buffers: initial({ mean: float(4), variance: float(4) }) },
    { threads: 1, ...options },
  )
  const x = floats(random, [2, 3, 9, 9])
  const losses: number[] = []
  for (let i = 0; i < 3; i++)
    losses.push((await step.run({ x, y: tensor(Float32Array.of(0, 1), [2, 1]) })).loss)
  const state = step.state()
  await step.close()
  return { losses, state }
}

const reason = whyNoSoftwareGpu()

describe.skipIf(reason !== undefined)(
  `training on webgpu, in software${reason === undefined ? '' : ` [skipped: ${reason}]`}`,
  () => {
    let clean = () => {}
    beforeAll(() => {
      clean = useSoftwareGpu()
    })
    afterAll(() => clean())

    it('takes the same steps as the CPU', async () => {
      const [cpu, gpu] = [await train({ device: 'cpu' }), await train({ device: 'webgpu' })]
      expectClose(gpu.losses, cpu.losses, { atol: 1e-5, rtol: 1e-5 })
      expect(Object.keys(gpu.state)).toEqual(Object.keys(cpu.state))
      for (const [name, { data }] of Object.entries(cpu.state)) {
        expectClose(
          Array.from(gpu.state[name]!.data as ArrayLike<number | bigint>, Number),
          Array.from(data as ArrayLike<number | bigint>, Number),
          { atol: 2e-4, rtol: 1e-3 },
          name,
        )
      }
    })
  },
)
