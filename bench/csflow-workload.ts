/** CS-Flow's flow at its reference size as a training plan: 4 coupling blocks over 304 channels at three scales. */
import { convolveTaps, convolveWindows } from '../src/graph/channel-major.ts'
import type { Value } from '../src/graph/graph.ts'
import { add, atan, clip, exp, leakyRelu, mul, sub } from '../src/graph/ops-elementwise.ts'
import { reduceSum } from '../src/graph/ops-reduce.ts'
import { concat, gather, reshape, split } from '../src/graph/ops-shape.ts'
import { adam } from '../src/graph/optimiser.ts'
import type { TensorType } from '../src/graph/tensor.ts'
import type { TrainingPlan } from '../src/graph/training-plan.ts'
import { createRandom } from '../src/math/random.ts'
import type { Workload } from './workload.ts'

const [images, channels, hidden] = [4, 304, 1024]
const half = channels / 2
const extents = [24, 12, 6] as const
const kernels = [3, 3, 3, 5] as const
const clamp = 3

/** Maps are channel-major; weights of convolutions that narrow have their channels last. */
export function csflowWorkload(): Workload {
  const parameters: Record<string, TensorType> = {}
  const declare = (name: string, shape: readonly number[]) => {
    parameters[name] = { dtype: 'float32', shape }
  }
  for (const [block, k] of kernels.entries()) {
    for (const net of ['s1', 's2']) {
      const name = `${block}.${net}`
      for (const scale of [0, 1, 2]) {
        declare(`${name}.in${scale}`, [hidden, half, k, k])
        declare(`${name}.in${scale}.bias`, [hidden])
        declare(`${name}.out${scale}`, [channels, k, k, hidden])
        declare(`${name}.gamma${scale}`, [1])
      }
      for (const scale of [0, 1, 2]) declare(`${name}.out${scale}.bias`, [channels])
      for (const scale of [0, 1]) {
        declare(`${name}.up${scale}`, [channels, k, k, hidden])
        declare(`${name}.down${scale}`, [channels, hidden, k, k])
      }
    }
  }
  const plan: TrainingPlan = {
    name: 'csflow',
    parameters,
    inputs: extents.map((n, i) => ({ name: `x${i}`, dtype: 'float32', shape: [channels, images, n, n] })),
    build: ({ parameters: p, inputs }) => ({ loss: flow(p, [inputs.x0!, inputs.x1!, inputs.x2!]) }),
    optimiser: adam({ learningRate: 2e-4, epsilon: 1e-4, weightDecay: 1e-5 }),
    maxGradientNorm: 1,
  }
  return {
    plan,
    gflop: 3 * forwardGflop(false),
    nominalGflop: 3 * forwardGflop(true),
    spread: { x0: 0.5, x1: 0.5, x2: 0.5 },
  }
}

/**
 * Products of the forward pass of the batch; the way back takes twice as much.
 *
 * @param isReference - As the reference computes: maps are enlarged before they are convolved, and every multiplication is
 *   done; else growing maps are mixed while small, and rows of the two larger scales take 6 products for 12, or 8 for 20.
 */
function forwardGflop(isReference: boolean): number {
  const [s0, s1, s2] = extents.map((n) => n * n) as [number, number, number]
  const across = channels * hidden
  let perImage = 0
  for (const k of kernels) {
    const share = isReference ? 1 : k === 3 ? 6 / 12 : 8 / 20
    const same = (half * hidden + across) * ((s0 + s1) * share + s2)
    const up = across * (isReference ? s0 + s1 : s1 + s2)
    perImage += (same + up + across * (s1 + s2)) * k * k
  }
  return (2 * 2 * images * perImage) / 1e9
}

type Values = Readonly<Record<string, Value>>
type Scales = readonly Value[]

function flow(p: Values, inputs: Scales): Value {
  let x = inputs
  const logs: Value[] = []
  const log = (s: Value) => mul(atan(mul(s, 1 / clamp)), clamp * 0.636)
  const total = (v: Value) =>
    reduceSum(
      v,
      v.shape.map((_, i) => i),
    )
  for (const block of kernels.keys()) {
    const random = createRandom(block)
    x = x.map((v) => {
      const order = random.shuffleInPlace(Array.from({ length: channels }, (_, i) => i))
      return gather(v, v.graph.constant(Int32Array.from(order), [channels]), 0)
    })
    const parts = x.map((v) => split(v, 0, [half, half]) as [Value, Value])
    const couple = (net: string, from: Scales, onto: Scales): Scales =>
      subnet(p, `${block}.${net}`, from).map((r, i) => {
        const [s, t] = split(r, 0, [half, half]) as [Value, Value]
        const logScale = log(s)
        logs.push(total(logScale))
        return add(mul(exp(logScale), onto[i]!), t)
      })
    const y1 = couple(
      's2',
      parts.map(([, b]) => b),
      parts.map(([a]) => a),
    )
    const y2 = couple(
      's1',
      y1,
      parts.map(([, b]) => b),
    )
    x = y1.map((v, i) => clip(concat([v, y2[i]!], 0), { min: -1e6, max: 1e6 }))
  }
  const squares = x.map((v) => total(mul(v, v))).reduce(add)
  const elements = images * channels * extents.reduce((sum, n) => sum + n * n, 0)
  return mul(sub(mul(squares, 0.5), logs.reduce(add)), 1 / elements)
}

function subnet(p: Values, name: string, x: Scales): Scales {
  const of = (part: string) => p[`${name}.${part}`]!
  const padding = Math.floor(of('in0').shape[2]! / 2)
  const biased = (v: Value, part: string) => add(v, reshape(of(`${part}.bias`), [-1, 1, 1, 1]))
  const y = x.map((v, i) => leakyRelu(biased(convolveWindows(v, of(`in${i}`), { padding }), `in${i}`), 0.1))
  const out = y.map((v, i) => biased(convolveTaps(v, of(`out${i}`), { padding }), `out${i}`))
  const up = (i: number) => {
    const n = extents[i]!
    return convolveTaps(y[i + 1]!, of(`up${i}`), { padding, resizeTo: [n, n] })
  }
  const down = (i: number) => convolveWindows(y[i]!, of(`down${i}`), { padding, stride: 2 })
  const sums = [add(out[0]!, up(0)), add(add(out[1]!, down(0)), up(1)), add(out[2]!, down(1))]
  return sums.map((v, i) => mul(v, of(`gamma${i}`)))
}
