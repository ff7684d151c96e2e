/** Laws of the flow that hold without any reference. */

import { describe, expect, it } from 'vitest'
import type { Pyramid } from '../../../src/detector/csflow/coupling.ts'
import { flowForward, flowInverse } from '../../../src/detector/csflow/flow.ts'
import { flowInputs } from '../../../src/detector/csflow/flow-plan.ts'
import {
  elementsPerImage,
  type FlowShape,
  flowParameters,
  pyramidExtents,
  scales,
} from '../../../src/detector/csflow/flow-shape.ts'
import { UsageError } from '../../../src/errors.ts'
import { GraphBuilder } from '../../../src/graph/graph.ts'
import { openSession } from '../../../src/graph/session.ts'
import { elementCount, type TensorData, tensor } from '../../../src/graph/tensor.ts'
import { createRandom } from '../../../src/math/random.ts'
import fc from '../../fast-check.ts'
import { expectClose } from '../../graph/expect-close.ts'

const noise = (
  seed: number,
  name: string,
  shape: readonly number[],
  spread: number,
): TensorData<'float32'> => {
  const random = createRandom(seed, name)
  return tensor(
    Float32Array.from({ length: elementCount(shape) }, () => spread * random.normal()),
    shape,
  )
}

/**
 * Features, and latents and features again of a flow with random parameters.
 *
 * @param spread - Of the weights times the root of an output's inputs, as networks are initialised: weights that do not shrink with
 *   their number make factors so small that float32 cannot undo them.
 */
async function runThereAndBack(shape: FlowShape, images: number, seed: number, spread: number) {
  const graph = new GraphBuilder('there and back')
  const parameters = Object.fromEntries(
    Object.entries(flowParameters(shape)).map(([name, { shape: own }]) => {
      const inputsOfOutput = Math.max(1, elementCount(own) / own[0]!)
      const { data } = noise(
        seed,
        name,
        own,
        name.includes('gamma') ? 0.5 : spread / Math.sqrt(inputsOfOutput),
      )
      return [name, graph.constant(data, own)]
    }),
  )
  const flow = { shape, parameters, layers: null, isPlain: false }
  const inputs = flowInputs(shape, images)
  const x = inputs.map(({ name, shape: own }) => graph.input(name, 'float32', own)) as unknown as Pyramid
  const { z, logDeterminants } = flowForward(flow, x)
  const back = flowInverse(flow, z)
  for (const scale of scales) {
    graph.output(`z${scale}`, z[scale])
    graph.output(`log${scale}`, logDeterminants[scale]!)
    graph.output(`back${scale}`, back[scale])
  }
  const session = await openSession(graph.build(), { threads: 1 })
  const run = (feeds: Record<string, TensorData>) => session.run(feeds)
  const feeds = Object.fromEntries(inputs.map(({ name, shape: own }) => [name, noise(seed, name, own, 0.7)]))
  return { feeds, results: await run(feeds), run, close: () => session.close() }
}

const extentsOf = (rows: number, cols: number): FlowShape['extents'] => [
  [4 * rows, 4 * cols],
  [2 * rows, 2 * cols],
  [rows, cols],
]

describe('the inverse', () => {
  it('gives back the features that went in, for any channels, extents and kernels', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          channels: fc.integer({ min: 2, max: 7 }),
          hidden: fc.integer({ min: 1, max: 5 }),
          kernels: fc.array(fc.constantFrom(1, 3, 5), { minLength: 1, maxLength: 2 }),
          extents: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
          seed: fc.nat(1000),
        }),
        async ({ channels, hidden, kernels, extents, seed }) => {
          const shape = { channels, hidden, kernels, extents: extentsOf(...extents), clamp: 3 }
          const { feeds, results, close } = await runThereAndBack(shape, 2, seed, 0.7)
          await close()
          for (const scale of scales) {
            const want = feeds[`x${scale}`]!.data as Float32Array
            expectClose(results[`back${scale}`]!.data as Float32Array, want, { atol: 1e-4 }, `scale ${scale}`)
          }
        },
      ),
      { numRuns: 8 },
    )
  })
})

describe('the log-determinant', () => {
  it('is that of the Jacobian, taken by differences', async () => {
    const shape: FlowShape = { channels: 2, hidden: 3, kernels: [3, 3], extents: extentsOf(1, 1), clamp: 3 }
    const { feeds, results, run, close } = await runThereAndBack(shape, 1, 5, 1.6)
    const n = elementsPerImage(shape)
    const read = (from: Record<string, TensorData>, prefix: string) =>
      scales.flatMap((scale) => Array.from(from[`${prefix}${scale}`]!.data as Float32Array))
    const x = read(feeds, 'x')
    const step = 1e-2
    const latentAt = async (index: number, by: number) => {
      const moved = Float32Array.from(x)
      moved[index]! += by
      let at = 0
      const fed = Object.fromEntries(
        flowInputs(shape, 1).map(({ name, shape: own }) => {
          const part = moved.slice(at, at + elementCount(own))
          at += part.length
          return [name, tensor(part, own)]
        }),
      )
      return read(await run(fed), 'z')
    }
    const columns: number[][] = []
    for (let i = 0; i < n; i++) {
      const [above, below] = [await latentAt(i, step), await latentAt(i, -step)]
      columns.push(above.map((value, row) => (value - below[row]!) / (2 * step)))
    }
    await close()
    const total = scales.reduce((sum: number, scale) => sum + Number(results[`log${scale}`]!.data[0]), 0)
    expect(total).not.toBeCloseTo(0, 0)
    expect(logDeterminant(columns)).toBeCloseTo(total, 1)
  })
})

/** Logarithm of |det| by elimination with pivots. */
function logDeterminant(matrix: number[][]): number {
  const m = matrix.map((row) => [...row])
  let sum = 0
  for (let i = 0; i < m.length; i++) {
    let pivot = i
    for (let r = i + 1; r < m.length; r++) if (Math.abs(m[r]![i]!) > Math.abs(m[pivot]![i]!)) pivot = r
    ;[m[i], m[pivot]] = [m[pivot]!, m[i]!]
    sum += Math.log(Math.abs(m[i]![i]!))
    for (let r = i + 1; r < m.length; r++) {
      const factor = m[r]![i]! / m[i]![i]!
      for (let c = i; c < m.length; c++) m[r]![c]! -= factor * m[i]![c]!
    }
  }
  return sum
}

describe('the pyramid', () => {
  it('halves the grid twice', () => {
    expect(pyramidExtents({ width: 768, height: 512 }, 32)).toEqual([
      [16, 24],
      [8, 12],
      [4, 6],
    ])
  })

  it('refuses sizes that the scales do not divide, and names the nearest that they do', () => {
    expect(() => pyramidExtents({ width: 800, height: 768 }, 32)).toThrow(UsageError)
    expect(() => pyramidExtents({ width: 800, height: 768 }, 32)).toThrow(/multiple of 128.*768x768/)
    expect(() => pyramidExtents({ width: 20, height: 64 }, 16)).toThrow(/nearest is 64x64/)
  })
})
