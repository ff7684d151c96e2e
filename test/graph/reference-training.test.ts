/**
 * The engine against a whole training run of a reference: the small flow of CS-Flow, its gradients, and parameters after one
 * and three steps of clipped Adam. The flow is written here with plain operations, as a twin of the detector's.
 */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Value } from '../../src/graph/graph.ts'
import { add, atan, clip, exp, leakyRelu, mul, sub } from '../../src/graph/ops-elementwise.ts'
import { resize } from '../../src/graph/ops-image.ts'
import { conv2d } from '../../src/graph/ops-linear.ts'
import { reduceSum } from '../../src/graph/ops-reduce.ts'
import { concat, gather, split } from '../../src/graph/ops-shape.ts'
import { adam } from '../../src/graph/optimiser.ts'
import { type TensorData, tensor } from '../../src/graph/tensor.ts'
import type { TrainingPlan } from '../../src/graph/training-plan.ts'
import { openTrainingStep } from '../../src/graph/training-step.ts'
import { describeWith, goldenDir } from '../golden-dir.ts'
import { type GoldenTensors, readSafetensors, values } from '../safetensors.ts'
import { expectClose } from './expect-close.ts'

type Values = Readonly<Record<string, Value>>
const scales = [0, 1, 2]
const clamp = 3
const total = (v: Value): Value =>
  reduceSum(
    v,
    v.shape.map((_, i) => i),
  )

function subnet(p: Values, name: string, x: readonly Value[]): Value[] {
  const padding = Math.floor(p[`${name}.conv_scale0_0.weight`]!.shape[2]! / 2)
  const conv = (v: Value, part: string, stride = 1) =>
    conv2d(v, p[`${name}.${part}.weight`]!, { bias: p[`${name}.${part}.bias`]!, padding, stride })
  const y = scales.map((i) => leakyRelu(conv(x[i]!, `conv_scale${i}_0`), 0.1))
  const grown = (v: Value) => resize(v, 2 * v.shape[2]!, 2 * v.shape[3]!)
  const out = scales.map((i) => conv(y[i]!, `conv_scale${i}_1`))
  const sums = [
    add(out[0]!, conv(grown(y[1]!), 'up_conv10')),
    add(add(out[1]!, conv(y[0]!, 'down_conv01', 2)), conv(grown(y[2]!), 'up_conv21')),
    add(out[2]!, conv(y[1]!, 'down_conv12', 2)),
  ]
  return sums.map((v, i) => mul(v, p[`${name}.gamma${i}`]!))
}

/** Source: github.com/marco-rudolph/cs-flow, freia_funcs.py and utils.py, get_loss. */
function flowLoss(p: Values, inputs: readonly Value[], permutations: readonly TensorData[][]): Value {
  let x = inputs
  const logs: Value[] = []
  for (const [block, orders] of permutations.entries()) {
    const mixed = x.map((v, i) =>
      gather(v, v.graph.constant(Int32Array.from(orders[i]!.data, Number), [16]), 1),
    )
    const halves = mixed.map((v) => split(v, 1, [8, 8]) as [Value, Value])
    const couple = (net: string, from: readonly Value[], onto: readonly Value[]) =>
      subnet(p, `module_list.${4 + 2 * block}.${net}`, from).map((r, i) => {
        const [s, t] = split(r, 1, [8, 8]) as [Value, Value]
        const logScale = mul(atan(mul(s, 1 / clamp)), clamp * 0.636)
        logs.push(total(logScale))
        return add(mul(exp(logScale), onto[i]!), t)
      })
    const y1 = couple(
      's2',
      halves.map(([, b]) => b),
      halves.map(([a]) => a),
    )
    const y2 = couple(
      's1',
      y1,
      halves.map(([, b]) => b),
    )
    x = y1.map((v, i) => clip(concat([v, y2[i]!], 1), { min: -1e6, max: 1e6 }))
  }
  const elements = x.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
  return mul(sub(mul(x.map((v) => total(mul(v, v))).reduce(add), 0.5), logs.reduce(add)), 1 / elements)
}

describeWith(goldenDir, 'a training run of the small flow equals the reference', () => {
  const read = (file: string) => readSafetensors(join(goldenDir, `${file}.safetensors`))
  const held = (tensors: GoldenTensors, name: string): TensorData<'float32'> => {
    const { shape, data } = tensors.get(name)!
    return tensor(data as Float32Array, shape)
  }

  it('gradients, norms, losses and parameters', async () => {
    const golden = read('csflow_small')
    const names = [...golden.keys()].filter((name) => name.startsWith('param.')).map((name) => name.slice(6))
    const parameters = Object.fromEntries(names.map((name) => [name, held(golden, `param.${name}`)]))
    const permutations = [0, 1, 2, 3].map((block) => scales.map((i) => held(golden, `perm.${block}.${i}`)))
    const inputs = Object.fromEntries(scales.map((i) => [`x${i}`, held(golden, `input.${i}`)]))
    const plan: TrainingPlan = {
      name: 'small flow',
      parameters,
      inputs: Object.entries(inputs).map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
      build: ({ parameters: p, inputs: x }) => ({ loss: flowLoss(p, Object.values(x), permutations) }),
      optimiser: adam({ learningRate: 2e-4, epsilon: 1e-4, weightDecay: 1e-5 }),
      maxGradientNorm: 1,
    }
    const step = await openTrainingStep(plan, { parameters })
    const after = (file: string, atol: number) => {
      const want = read(file)
      const state = step.live()
      const prefix = [...want.keys()][0]!.split('.')[0]!
      for (const name of names) {
        expectClose(
          state[`parameters/${name}`]!.data as Float32Array,
          values(want, `${prefix}.${name}`),
          { atol },
          name,
        )
      }
    }
    const [losses, norms] = [values(golden, 'losses'), values(golden, 'grad_norms')]
    const slopes = read('csflow_small_grad')
    for (const i of [0, 1, 2]) {
      const result = await step.run(inputs)
      expectClose([result.loss], [losses[i]!], { atol: 1e-6 }, 'loss')
      expectClose([result.gradientNorm!], [norms[i]!], { atol: 1e-5 }, 'norm')
      if (i === 0) {
        // The first moment is a tenth of the clipped gradient and its decay.
        const kept = Math.min(1, 1 / (norms[0]! + 1e-6))
        for (const name of names) {
          const [slope, before] = [values(slopes, `grad.${name}`), values(golden, `param.${name}`)]
          const want = slope.map((value, at) => 0.1 * (kept * value + 1e-5 * before[at]!))
          const got = step.live()[`optimiser/exp_avg/${name}`]!.data as Float32Array
          expectClose(got, want, { atol: 0.1 * kept * 1e-6, rtol: 1e-4 }, name)
        }
        after('csflow_small_after1', 5e-7)
      }
    }
    after('csflow_small_after3', 5e-7)
    expect(step.step).toBe(3)
    await step.close()
  })
})
