import { describe, expect, it } from 'vitest'
import {
  initialPatchFlow,
  type PatchFlowShape,
  patchFlowForward,
  patchFlowInverse,
} from '../../../src/detector/flowwalk/patch-flow.ts'
import { trainPatchFlow } from '../../../src/detector/flowwalk/train-patch-flow.ts'
import { directions, openWalk } from '../../../src/detector/flowwalk/walk.ts'
import { whiteningOf } from '../../../src/detector/flowwalk/whitening.ts'
import { GraphBuilder } from '../../../src/graph/graph.ts'
import { openSession } from '../../../src/graph/session.ts'
import { type TensorData, tensor } from '../../../src/graph/tensor.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask, type Task } from '../../../src/task.ts'
import fc from '../../fast-check.ts'
import { expectClose } from '../../graph/expect-close.ts'

const machine = { threads: 1 }

/** A crescent in the first two columns, correlated noise in the others: no Gaussian. */
function crescent(count: number, dims: number, seed: number) {
  const random = createRandom(seed, 'crescent')
  const rows = new Float32Array(count * dims)
  for (let row = 0; row < count; row++) {
    const along = random.normal()
    for (let dim = 0; dim < dims; dim++) rows[row * dims + dim] = 0.3 * random.normal() + 0.2 * dim * along
    rows[row * dims] = along
    rows[row * dims + 1] = along ** 2 + 0.2 * random.normal()
  }
  return { rows, count, dims }
}

/** Parameters of a flow that has been pushed about, so that every coupling does something. */
function shaken(shape: PatchFlowShape, seed: number): Record<string, TensorData<'float32'>> {
  const random = createRandom(seed, 'shaken')
  return Object.fromEntries(
    Object.entries(initialPatchFlow(shape, random)).map(([name, { shape: extents, data }]) => [
      name,
      tensor(
        Float32Array.from(data, () => 0.4 * random.normal()),
        extents,
      ),
    ]),
  )
}

async function both(shape: PatchFlowShape, seed: number, patches: Float32Array) {
  const rows = patches.length / shape.dims
  const whitening = whiteningOf(crescent(200, shape.dims, seed), createRandom(seed))
  const graph = new GraphBuilder('flow')
  const parameters = Object.fromEntries(
    Object.entries(shaken(shape, seed)).map(([name, { data, shape: extents }]) => [
      name,
      graph.constant(data, extents),
    ]),
  )
  const flow = { shape, parameters, whitening }
  const { z, logDeterminants } = patchFlowForward(flow, graph.input('x', 'float32', [rows, shape.dims]))
  graph.output('z', z)
  graph.output('logDeterminants', logDeterminants)
  graph.output('back', patchFlowInverse(flow, z))
  const session = await openSession(graph.build(), machine)
  const result = await session.run({ x: tensor(patches, [rows, shape.dims]) })
  await session.close()
  const data = (name: string) => result[name]!.data as Float32Array
  return { z: data('z'), logDeterminants: data('logDeterminants'), back: data('back'), whitening }
}

describe('the flow over patches', () => {
  it('comes back to where it began', () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.record({
          dims: fc.integer({ min: 2, max: 9 }),
          hidden: fc.integer({ min: 1, max: 8 }),
          blocks: fc.integer({ min: 1, max: 4 }),
          clamp: fc.constantFrom(0.5, 1, 2),
        }),
        async (seed, shape) => {
          const { rows } = crescent(6, shape.dims, seed)
          const { back } = await both(shape, seed, rows)
          expectClose(back, rows, { atol: 1e-3, rtol: 1e-3 }, 'back')
        },
      ),
      { numRuns: 20 },
    ))

  it('knows its determinant: that of finite differences', async () => {
    const shape = { dims: 3, hidden: 5, blocks: 2, clamp: 1 }
    const { rows } = crescent(1, 3, 7)
    const { logDeterminants, whitening } = await both(shape, 7, rows)
    const step = 1e-3
    const moved = await Promise.all(
      [0, 1, 2].flatMap((dim) =>
        [step, -step].map((by) =>
          both(
            shape,
            7,
            rows.map((value, i) => (i === dim ? value + by : value)),
          ),
        ),
      ),
    )
    const jacobian = [0, 1, 2].map((row) =>
      [0, 1, 2].map((dim) => (moved[2 * dim]!.z[row]! - moved[2 * dim + 1]!.z[row]!) / (2 * step)),
    )
    const [a, b, c] = jacobian as [number[], number[], number[]]
    const determinant =
      a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
      a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) +
      a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!)
    const ofWhitening = [0, 4, 8].reduce((product, i) => product * whitening.matrix[i]!, 1)
    expect(Math.log(Math.abs(determinant / ofWhitening))).toBeCloseTo(logDeterminants[0]!, 2)
  })
})

const shape = { dims: 4, hidden: 24, blocks: 4, clamp: 1 }
const pool = crescent(2000, 4, 3)
const whitening = whiteningOf(pool, createRandom(3))
const training = {
  shape,
  whitening,
  steps: 300,
  rows: 256,
  learningRate: 5e-3,
  random: createRandom(3, 'train'),
  machine,
  task: quietTask,
  scratch: null,
}

describe('training the flow', () => {
  it('explains a crescent better than a Gaussian does', async () => {
    const { loss } = await trainPatchFlow(pool, training)
    expect(loss).toBeLessThan(0.4) // a Gaussian has 0.5
  })

  it('goes on after an interruption to the same flow, bit for bit', async () => {
    const whole = await trainPatchFlow(pool, { ...training, steps: 520 })
    const kept = new Map<string, Uint8Array>()
    const scratch = {
      read: async (name: string) => kept.get(name),
      write: async (name: string, bytes: Uint8Array) => void kept.set(name, bytes),
    }
    const stop = new AbortController()
    const task: Task = {
      ...quietTask,
      signal: stop.signal,
      progress: () => ({ update: (done) => void (done === 510 && stop.abort()), end() {} }),
    }
    await expect(
      trainPatchFlow(pool, { ...training, steps: 520, task, scratch, pause: () => 0 }),
    ).rejects.toThrow()
    expect(kept.size).toBe(1)
    const resumed = await trainPatchFlow(pool, { ...training, steps: 520, scratch })
    expect(resumed).toEqual(whole)
  })
})

describe('a walk', () => {
  it.each(directions)('%s: goes as far as stated, and outwards', async (direction) => {
    const parameters = shaken(shape, 5)
    const rows = 64
    const [low, high] = [2, 6]
    const walk = await openWalk({ shape, whitening, parameters }, { direction, low, high, rows }, machine)
    const patches = pool.rows.slice(0, rows * 4)
    const shifts = new Float32Array(patches.length)
    await walk.shift(patches, shifts, createRandom(1))
    await walk.close()
    const from = await both2(parameters, patches)
    const to = await both2(
      parameters,
      patches.map((value, i) => value + shifts[i]!),
    )
    for (let row = 0; row < rows; row++) {
      const own = (z: Float32Array) => [...z.subarray(row * 4, row * 4 + 4)]
      const moved = own(to).map((value, i) => value - own(from)[i]!)
      const length = Math.hypot(...moved)
      expect(length).toBeGreaterThan(low - 0.05)
      expect(length).toBeLessThan(high + 0.05)
      expect(moved.reduce((sum, value, i) => sum + value * own(from)[i]!, 0)).toBeGreaterThan(-0.05)
    }
  })
})

async function both2(parameters: Record<string, TensorData<'float32'>>, patches: Float32Array) {
  const rows = patches.length / 4
  const graph = new GraphBuilder('forward')
  const constants = Object.fromEntries(
    Object.entries(parameters).map(([name, { data, shape: extents }]) => [
      name,
      graph.constant(data, extents),
    ]),
  )
  const x = graph.input('x', 'float32', [rows, 4])
  graph.output('z', patchFlowForward({ shape, parameters: constants, whitening }, x).z)
  const session = await openSession(graph.build(), machine)
  const { z } = await session.run({ x: tensor(patches, [rows, 4]) })
  await session.close()
  return z!.data as Float32Array
}
