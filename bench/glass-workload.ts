/**
 * GLASS at its reference size as a training plan: 8 images of 20x20 patches, features of 1536, adaptor, discriminator, twenty
 * steps of gradient ascent. What costs time is all here; quantiles, logs and the choice of hypothesis are left out.
 */
import { batchNorm, updateRunning } from '../src/graph/batch-norm.ts'
import { gradients } from '../src/graph/gradients.ts'
import type { Value } from '../src/graph/graph.ts'
import { binaryCrossEntropy, focalLoss } from '../src/graph/losses.ts'
import { add, clip, div, leakyRelu, mul, sigmoid, sqrt, sub } from '../src/graph/ops-elementwise.ts'
import { stopGradient } from '../src/graph/ops-gradient.ts'
import { gemm } from '../src/graph/ops-linear.ts'
import { reduceSum } from '../src/graph/ops-reduce.ts'
import { concat, split } from '../src/graph/ops-shape.ts'
import { adam, adamW } from '../src/graph/optimiser.ts'
import type { TensorType } from '../src/graph/tensor.ts'
import type { Workload } from './workload.ts'

const [rows, width, hidden, ascentSteps] = [8 * 20 * 20, 1536, 1024, 20]
const float = (...shape: number[]): TensorType => ({ dtype: 'float32', shape })
const [projection, discriminator] = [
  adam({ learningRate: 1e-4, weightDecay: 1e-5 }),
  adamW({ learningRate: 2e-4, weightDecay: 1e-2 }),
]

export function glassWorkload(): Workload {
  const [adapt, judge] = [rows * width * width, rows * width * hidden].map((n) => (2 * n) / 1e9) as [
    number,
    number,
  ]
  // Adaptor: two passes and two weight gradients. Discriminator: forwards of the true half, of the fakes and of every step
  // of the ascent; gradients of features at each step; gradients of features and weights at the end.
  const done = 4 * adapt + (2 + ascentSteps + 1 + ascentSteps + 6) * judge
  const repeated = (ascentSteps + ascentSteps) * judge // the reference computes the true half at every step, both ways
  return {
    plan: {
      name: 'glass',
      parameters: {
        'projection.weight': float(width, width),
        'projection.bias': float(width),
        'hidden.weight': float(hidden, width),
        'hidden.bias': float(hidden),
        'norm.scale': float(hidden),
        'norm.bias': float(hidden),
        'tail.weight': float(1, hidden),
      },
      buffers: { mean: float(hidden), variance: float(hidden) },
      inputs: [
        { name: 'image', ...float(rows, width) },
        { name: 'augmented', ...float(rows, width) },
        { name: 'noise', ...float(rows, width) },
        { name: 'mask', ...float(rows, 1) },
      ],
      build({ parameters, buffers, inputs }) {
        let running = { mean: buffers.mean!, variance: buffers.variance! }
        const p = (name: string) => parameters[name]!
        const project = (x: Value) =>
          gemm(x, p('projection.weight'), { transB: true, c: p('projection.bias') })
        const before = (x: Value) => gemm(x, p('hidden.weight'), { transB: true, c: p('hidden.bias') })
        const scores = (x: Value) => {
          const norm = batchNorm(x, p('norm.scale'), p('norm.bias'))
          running = { ...updateRunning(running, norm) }
          return sigmoid(gemm(leakyRelu(norm.y, 0.2), p('tail.weight'), { transB: true }))
        }
        const zero = inputs.image!.graph.constant(Float32Array.of(0), [1, 1])
        const [real, fake] = [project(inputs.image!), project(inputs.augmented!)]
        const realBefore = before(real)
        const both = (x: Value) =>
          split(scores(concat([realBefore, before(x)], 0)), 0, [rows, rows]) as [Value, Value]
        let gaussian = add(real, inputs.noise!)
        for (let i = 0; i < ascentSteps; i++) {
          const loss = binaryCrossEntropy(both(gaussian)[1], add(zero, 1))
          const [slope] = gradients(loss, [gaussian])
          const norm = sqrt(reduceSum(mul(slope!, slope!), [1], true))
          gaussian = add(gaussian, stopGradient(mul(div(slope!, add(norm, 1e-10)), 0.001)))
          if (i % 5 === 4) {
            const away = sub(gaussian, real)
            const length = sqrt(reduceSum(mul(away, away), [1], true))
            gaussian = add(real, mul(div(away, length), clip(length, { min: 0.5, max: 1 })))
          }
        }
        const [trueScore, gaussianScore] = both(gaussian)
        const fakeScore = scores(before(fake))
        const losses = [
          binaryCrossEntropy(trueScore, zero),
          binaryCrossEntropy(gaussianScore, add(zero, 1)),
          focalLoss(fakeScore, inputs.mask!),
        ]
        return { loss: losses.reduce((sum, loss) => add(sum, loss)), buffers: running }
      },
      optimiser: (name) => (name.startsWith('projection') ? projection : discriminator),
    },
    gflop: done,
    nominalGflop: done + repeated,
    spread: { image: 0.5, augmented: 0.5, noise: 0.015, mask: 0 },
  }
}
