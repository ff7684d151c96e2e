/** Training on made features: it learns, fills up its last batch soundly, goes on bit for bit, and says where it breaks. */
import { describe, expect, it } from 'vitest'
import type { FeatureStore } from '../../../src/detector/csflow/feature-store.ts'
import { flowPlan, referenceTraining } from '../../../src/detector/csflow/flow-plan.ts'
import { type FlowShape, scales } from '../../../src/detector/csflow/flow-shape.ts'
import { initialParameters } from '../../../src/detector/csflow/initial-parameters.ts'
import { csflowPresets } from '../../../src/detector/csflow/options.ts'
import { OverflowError } from '../../../src/detector/csflow/overflow.ts'
import { createPyramidBatch } from '../../../src/detector/csflow/pyramid-batch.ts'
import { type FlowTraining, trainFlow } from '../../../src/detector/csflow/train-flow.ts'
import type { Scratch } from '../../../src/detector/detector.ts'
import { CancelledError } from '../../../src/errors.ts'
import { tensor } from '../../../src/graph/tensor.ts'
import { openTrainingStep } from '../../../src/graph/training-step.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'

const shape: FlowShape = {
  channels: 4,
  hidden: 6,
  kernels: [3, 1],
  extents: [
    [4, 4],
    [2, 2],
    [1, 1],
  ],
  clamp: 3,
}

/** Features whose channels depend on each other and on the scale. */
function madeStore(count: number, spoil: (value: number) => number = (value) => value): FeatureStore {
  const images = Array.from({ length: count }, (_, image) => {
    const random = createRandom(image, 'made')
    return scales.map((scale) => {
      const positions = shape.extents[scale][0] * shape.extents[scale][1]
      const base = Float32Array.from({ length: positions }, () => random.normal())
      return Float32Array.from({ length: shape.channels * positions }, (_, i) =>
        spoil(0.5 * base[i % positions]! + 0.1 * random.normal() + Math.floor(i / positions) * 0.2),
      )
    })
  })
  return { count, channels: shape.channels, extents: shape.extents, layers: null, mapsOf: (i) => images[i]! }
}

const training = (overrides: Partial<FlowTraining> = {}): FlowTraining => ({
  shape,
  settings: {
    ...csflowPresets.small,
    unitLength: false,
    batch: 4,
    epochs: 6,
    leastSteps: 0,
    learningRate: 1e-2,
  },
  random: createRandom(0),
  machine: { threads: 1 },
  task: quietTask,
  ...overrides,
})

const bytesOf = (parameters: Readonly<Record<string, { readonly data: unknown }>>) =>
  Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, data]))

describe('trainFlow', () => {
  it('makes the training images likelier, and starts where the flow passes features on', async () => {
    const store = madeStore(10)
    const { losses, stepsPerEpoch } = await trainFlow(
      store,
      training({ settings: { ...training().settings, epochs: 30 } }),
    )
    expect(stepsPerEpoch).toBe(3)
    expect(losses).toHaveLength(30)
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.3)
  })

  it('passes over few images more often', async () => {
    const settings = { ...training().settings, epochs: 1, leastSteps: 5 }
    const { losses, stepsPerEpoch } = await trainFlow(madeStore(6), training({ settings }))
    expect([losses.length, stepsPerEpoch]).toEqual([3, 2])
  })

  it('a batch filled up with images of no weight takes the step of the images alone', async () => {
    const store = madeStore(5)
    const parameters = initialParameters(shape, createRandom(1))
    for (const [name, value] of Object.entries(parameters))
      if (name.includes('gamma')) (value.data as Float32Array).fill(0.3)
    const resultOf = async (places: readonly number[], weights: readonly number[]) => {
      const images = places.length
      const step = await openTrainingStep(
        flowPlan(shape, images, referenceTraining),
        { parameters },
        { threads: 1 },
      )
      const batch = createPyramidBatch(shape, images)
      for (const [place, image] of places.entries()) batch.put(place, store.mapsOf(image))
      const { loss } = await step.run({
        ...batch.feeds,
        weights: tensor(Float32Array.from(weights), [images]),
      })
      const moved = step.live()['parameters/0.s2.in0']!.data as Float32Array
      await step.close()
      return [loss, ...moved]
    }
    const alone = await resultOf([0, 1], [1 / 2, 1 / 2])
    const filled = await resultOf([0, 1, 4, 3], [1 / 2, 1 / 2, 0, 0])
    filled.forEach((value, i) => {
      expect(value).toBeCloseTo(alone[i]!, 5)
    })
  })

  it('goes on from a checkpoint to the same parameters, bit for bit', async () => {
    const store = madeStore(6)
    const straight = await trainFlow(store, training())
    const kept = new Map<string, Uint8Array>()
    const scratch: Scratch = {
      read: async (name) => kept.get(name)?.slice(),
      write: async (name, bytes) => void kept.set(name, bytes.slice()),
    }
    const controller = new AbortController()
    const stopped = training({
      scratch,
      pause: () => 0,
      task: { ...quietTask, signal: controller.signal },
      onEpoch: (epoch) => {
        if (epoch === 4) controller.abort()
      },
    })
    await expect(trainFlow(store, stopped)).rejects.toBeInstanceOf(CancelledError)
    expect(kept.size).toBe(1)
    const resumedEpochs: number[] = []
    const resumed = await trainFlow(
      store,
      training({ scratch, pause: () => 0, onEpoch: (epoch) => void resumedEpochs.push(epoch) }),
    )
    expect(resumedEpochs).toEqual([5, 6])
    expect(resumed.losses).toEqual(straight.losses)
    expect(bytesOf(resumed.parameters)).toEqual(bytesOf(straight.parameters))
  })

  it('says in which step and layer the likelihood overflows', async () => {
    const wild = training({
      settings: { ...training().settings, learningRate: 1, schedule: 'constant', epochs: 400 },
    })
    const error = await trainFlow(
      madeStore(8, (value) => 1e4 * value),
      wild,
    ).then(
      () => undefined,
      (cause: unknown) => cause,
    )
    expect(error).toBeInstanceOf(OverflowError)
    expect((error as Error).message).toMatch(
      /^csflow, step \d+: the likelihood overflows in block [12] of 2, network s[12], scale [123]/,
    )
  })

  it('says so where it is the features that are no numbers', async () => {
    const broken = madeStore(4, (value) => (value > 1 ? Number.NaN : value))
    await expect(trainFlow(broken, training())).rejects.toThrow(/step 1: .*the features at scale 1.*got NaN/)
  })
})
