import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { batchNorm, updateRunning } from '../../src/graph/batch-norm.ts'
import { binaryCrossEntropyWithLogits, meanSquaredError } from '../../src/graph/losses.ts'
import { add, leakyRelu, log, mul, tanh } from '../../src/graph/ops-elementwise.ts'
import { globalAveragePool, maxPool } from '../../src/graph/ops-image.ts'
import { conv2d, gemm } from '../../src/graph/ops-linear.ts'
import { reduceMean } from '../../src/graph/ops-reduce.ts'
import { reshape } from '../../src/graph/ops-shape.ts'
import { adam, adamW, sgd } from '../../src/graph/optimiser.ts'
import { type TensorData, type TensorType, tensor } from '../../src/graph/tensor.ts'
import type { TrainingPlan } from '../../src/graph/training-plan.ts'
import { tensorsUnder } from '../../src/graph/training-state.ts'
import { openTrainingStep, type TrainingStep } from '../../src/graph/training-step.ts'
import { LossError } from '../../src/graph/training-update.ts'
import { createRandom } from '../../src/math/random.ts'
import { floats } from './expect-gradient.ts'

const ways = ['fused', 'inside'] as const
const float = (...shape: number[]): TensorType<'float32'> => ({ dtype: 'float32', shape })

/** Random tensors for all parameters, of a size that keeps signals as large as they were. */
function initialise(
  parameters: Readonly<Record<string, TensorType<'float32'>>>,
  seed: number,
): Record<string, TensorData> {
  const random = createRandom(seed, 'parameters')
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape }]) => {
      const fanIn =
        shape.length < 2
          ? 1e6
          : shape
              .slice(shape.length === 4 ? 1 : 0, -1)
              .reduce((a, b) => a * b, shape.length === 4 ? shape[3]! : 1)
      const { data } = floats(random, shape)
      return [
        name,
        tensor(
          (data as Float32Array).map((value) => value * Math.sqrt(2 / fanIn)),
          shape,
        ),
      ]
    }),
  )
}

/** Two hidden layers with batch normalisation and two optimisers, clipped: all that a state can hold. */
const parameters = { w1: float(3, 8), b1: float(8), scale: float(8), w2: float(8, 1) }
const plan: TrainingPlan = {
  name: 'mlp',
  parameters,
  buffers: { mean: float(8), variance: float(8) },
  inputs: [
    { name: 'x', ...float(16, 3) },
    { name: 'y', ...float(16, 1) },
  ],
  build({ parameters: p, buffers, inputs }) {
    const hidden = batchNorm(gemm(inputs.x!, p.w1!), p.scale!, p.b1!)
    const out = gemm(leakyRelu(hidden.y, 0.2), p.w2!)
    return {
      loss: meanSquaredError(out, inputs.y!),
      outputs: { out },
      buffers: { ...updateRunning({ mean: buffers.mean!, variance: buffers.variance! }, hidden) },
    }
  },
  optimiser: (() => {
    const [first, second] = [adamW({ learningRate: 0.02 }), sgd({ learningRate: 0.05, momentum: 0.9 })]
    return (name: string) => (name === 'w2' ? second : first)
  })(),
  maxGradientNorm: 1,
}
const initial = () => ({
  parameters: { ...initialise(parameters, 1), scale: tensor(new Float32Array(8).fill(1), [8]) },
  buffers: { mean: tensor(new Float32Array(8), [8]), variance: tensor(new Float32Array(8).fill(1), [8]) },
})
const batch = (i: number) => {
  const x = floats(createRandom(i, 'batch'), [16, 3])
  const target = Float32Array.from(
    { length: 16 },
    (_, r) => Math.sin(x.data[3 * r] as number) * (x.data[3 * r + 1] as number),
  )
  return { x, y: tensor(target, [16, 1]) }
}
async function train(step: TrainingStep, from: number, to: number): Promise<number[]> {
  const losses: number[] = []
  for (let i = from; i < to; i++) losses.push((await step.run(batch(i))).loss)
  return losses
}

describe.each(ways)('a training step, %s', (update) => {
  const open = (each = plan) => openTrainingStep(each, initial(), { update, threads: 1 })

  it('resumes from a saved state bit for bit, in the same session and in another', async () => {
    const whole = await open()
    await train(whole, 0, 5)
    const saved = whole.state()
    const losses = await train(whole, 5, 10)
    const end = whole.state()
    const resumed = await open()
    resumed.restore(saved)
    expect(resumed.step).toBe(5)
    expect(await train(resumed, 5, 10)).toEqual(losses)
    expect(resumed.state()).toEqual(end)
    whole.restore(saved)
    expect(await train(whole, 5, 10)).toEqual(losses)
    expect(whole.state()).toEqual(end)
    expect(end.step!.data).toEqual(BigInt64Array.of(10n))
    await whole.close()
    await resumed.close()
  })

  it('reports outputs and the norm, moves running statistics, and keeps what it was given', async () => {
    const given = initial()
    const before = structuredClone(given)
    const step = await openTrainingStep(plan, given, { update, threads: 1 })
    const { outputs, gradientNorm, loss } = await step.run(batch(0))
    expect(outputs.out!.shape).toEqual([16, 1])
    expect(gradientNorm).toBeGreaterThan(0)
    expect(loss).toBeGreaterThan(0)
    expect(tensorsUnder(step.live(), 'buffers').mean!.data).not.toEqual(given.buffers.mean.data)
    expect(given).toEqual(before)
    await step.close()
  })

  it('refuses a run before the one before is over, and goes on', async () => {
    const step = await open()
    const first = step.run(batch(0))
    await expect(step.run(batch(1))).rejects.toThrow('mlp: expected the run before to be over, got another')
    await first
    await step.run(batch(1))
    expect(step.step).toBe(2)
    await step.close()
  })

  it('learns what can be learnt: a line to its least squares, and a small network to tell stripes apart', async () => {
    const line = await openTrainingStep(
      {
        name: 'line',
        parameters: { w: float(2, 1), b: float(1) },
        inputs: [
          { name: 'x', ...float(8, 2) },
          { name: 'y', ...float(8, 1) },
        ],
        build: ({ parameters: p, inputs }) => ({
          loss: meanSquaredError(add(gemm(inputs.x!, p.w!), p.b!), inputs.y!),
        }),
        optimiser: sgd({ learningRate: 0.1, momentum: 0.8 }),
      },
      { parameters: { w: tensor(new Float32Array(2), [2, 1]), b: tensor(new Float32Array(1), [1]) } },
      { update, threads: 1 },
    )
    const x = floats(createRandom(2), [8, 2])
    const y = Float32Array.from(
      { length: 8 },
      (_, i) => 2 * (x.data[2 * i] as number) - (x.data[2 * i + 1] as number) + 0.5,
    )
    for (let i = 0; i < 300; i++) await line.run({ x, y: tensor(y, [8, 1]) })
    const { w, b } = tensorsUnder(line.live(), 'parameters')
    for (const [i, want] of [2, -1, 0.5].entries()) {
      expect(Number([...w!.data, ...b!.data][i])).toBeCloseTo(want, 4)
    }
    await line.close()

    const shapes = { k: float(4, 1, 3, 3), kb: float(4), w: float(4, 1), wb: float(1) }
    const stripes = await openTrainingStep(
      {
        name: 'stripes',
        parameters: shapes,
        inputs: [
          { name: 'x', ...float(8, 1, 8, 8) },
          { name: 'y', ...float(8, 1) },
        ],
        build({ parameters: p, inputs }) {
          const seen = maxPool(tanh(conv2d(inputs.x!, p.k!, { bias: p.kb!, padding: 1 })), 2)
          const logit = add(gemm(reshape(globalAveragePool(seen), [8, 4]), p.w!), p.wb!)
          return { loss: binaryCrossEntropyWithLogits(logit, inputs.y!) }
        },
        optimiser: adam({ learningRate: 0.05 }),
      },
      { parameters: initialise(shapes, 3) },
      { update, threads: 1 },
    )
    const random = createRandom(4)
    const image = (isTall: boolean) => {
      const phase = random.integer(2)
      return Array.from(
        { length: 64 },
        (_, i) => (((isTall ? i : i >> 3) + phase) % 2) + 0.1 * random.normal(),
      )
    }
    const kinds = Array.from({ length: 8 }, (_, i) => i % 2)
    const feeds = {
      x: tensor(Float32Array.from(kinds.flatMap((kind) => image(kind === 1))), [8, 1, 8, 8]),
      y: tensor(Float32Array.from(kinds), [8, 1]),
    }
    let loss = 1
    for (let i = 0; i < 60; i++) loss = (await stripes.run(feeds)).loss
    expect(loss).toBeLessThan(0.02)
    await stripes.close()
  })

  it('stops at a loss that is not finite, with the step, and changes nothing', async () => {
    const step = await openTrainingStep(
      {
        name: 'logarithm',
        parameters: { p: float(2) },
        buffers: { seen: float(2) },
        inputs: [{ name: 'x', ...float(2) }],
        build: ({ parameters: p, inputs }) => ({
          loss: reduceMean(mul(p.p!, log(inputs.x!)), [0]),
          buffers: { seen: inputs.x! },
        }),
        optimiser: adam({ learningRate: 1 }),
      },
      {
        parameters: { p: tensor(Float32Array.of(1, 2), [2]) },
        buffers: { seen: tensor(new Float32Array(2), [2]) },
      },
      { update, threads: 1 },
    )
    await step.run({ x: tensor(Float32Array.of(2, 3), [2]) })
    const before = step.state()
    const error = await step.run({ x: tensor(Float32Array.of(1, 0), [2]) }).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(LossError)
    expect((error as Error).message).toContain('logarithm, step 2: expected a finite loss, got -Infinity')
    expect(step.state()).toEqual(before)
    await step.close()
  })
})

describe('both ways', () => {
  it('give the same, to rounding of the norm', async () => {
    const [fused, inside] = await Promise.all(
      ways.map((update) => openTrainingStep(plan, initial(), { update, threads: 1 })),
    )
    const [a, b] = [await train(fused!, 0, 10), await train(inside!, 0, 10)]
    for (const [i, loss] of a.entries()) expect(loss).toBeCloseTo(b[i]!, 5)
    await fused!.close()
    await inside!.close()
  })

  it('give the same bit for bit where nothing is clipped', async () => {
    const { maxGradientNorm: _, ...free } = plan
    const [fused, inside] = await Promise.all(
      ways.map((update) => openTrainingStep(free, initial(), { update, threads: 1 })),
    )
    await train(fused!, 0, 10)
    await train(inside!, 0, 10)
    expect(fused!.state()).toEqual(inside!.state())
    await fused!.close()
    await inside!.close()
  })
})

describe('a state that does not fit', () => {
  it.each<[string, (state: Record<string, TensorData>) => unknown, unknown, string]>([
    [
      'lacks a tensor',
      (state) => delete state['optimiser/exp_avg/w1'],
      RangeError,
      'mlp: expected optimiser/exp_avg/w1, got no such tensor',
    ],
    [
      'has one too many',
      (state) => {
        state['parameters/w9'] = state['parameters/w1']!
      },
      RangeError,
      'mlp: parameters/w9 is none of its tensors',
    ],
    [
      'has one of another shape',
      (state) => {
        state['parameters/w1'] = tensor(new Float32Array(8), [8])
      },
      ShapeError,
      'mlp: parameters/w1: expected shape [3, 8], got [8]',
    ],
    [
      'has one of another type',
      (state) => {
        state['buffers/mean'] = tensor(new Int32Array(8), [8])
      },
      TypeError,
      'mlp: buffers/mean: expected float32 [8], got int32 [8]',
    ],
  ])('is refused: it %s', async (_, spoil, kind, message) => {
    const step = await openTrainingStep(plan, initial(), { threads: 1 })
    const state: Record<string, TensorData> = { ...step.state() }
    spoil(state)
    expect(() => step.restore(state)).toThrow(kind as ErrorConstructor)
    expect(() => step.restore(state)).toThrow(message)
    await step.close()
  })

  it("is refused: a parameter is not given at the start, a buffer is not the plan's", async () => {
    const { w1: _, ...rest } = initial().parameters as Record<string, TensorData>
    await expect(openTrainingStep(plan, { ...initial(), parameters: rest })).rejects.toThrow(
      'mlp: expected parameters/w1, got no such tensor',
    )
    const stray: TrainingPlan = {
      ...plan,
      build: (parts) => ({ ...plan.build(parts), buffers: { odd: parts.inputs.x! } }),
    }
    await expect(openTrainingStep(stray, initial())).rejects.toThrow('mlp: odd is none of its buffers')
  })
})
