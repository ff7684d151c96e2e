/** Holds the gradients of a graph against central differences of the graph itself. */
import { expect } from 'vitest'
import { gradients } from '../../src/graph/gradients.ts'
import { GraphBuilder, type Value } from '../../src/graph/graph.ts'
import { mul } from '../../src/graph/ops-elementwise.ts'
import { reduceSum } from '../../src/graph/ops-reduce.ts'
import { openSession } from '../../src/graph/session.ts'
import type { TensorData } from '../../src/graph/tensor.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import { numbers } from './run-graph.ts'

export interface Differences {
  /** Half the distance of the two points. Large for what is linear, where it costs no accuracy. Default 1/64. */
  readonly step?: number
  /** Of the size of the terms. Default 2e-3: curvature. The rounding of values over the step is allowed besides. */
  readonly tolerance?: number
  /** Random directions in which the derivative is compared; default 3. */
  readonly directions?: number
}

export const floats = (random: Random, shape: readonly number[], offset = 0): TensorData<'float32'> => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    () => random.normal() + offset * (random.uniform() < 0.5 ? -1 : 1),
  ),
})

/** What float32 may leave of a value's last digits, as a share of it: four times half a unit in the last place. */
const rounding = 2 ** -22

/**
 * The loss is a randomly weighted sum of what `build` gives. Its derivative along random directions through all float32
 * inputs at once must be what the gradients say; sums and differences are taken in double precision.
 */
export async function expectGradient(
  inputs: readonly TensorData[],
  build: (...values: Value<never>[]) => Value,
  { step = 1 / 64, tolerance = 2e-3, directions = 3 }: Differences = {},
): Promise<void> {
  const random = createRandom(7, 'directions')
  const graph = new GraphBuilder('differences')
  const values = inputs.map(({ dtype, shape }, i) => graph.input(`x${i}`, dtype, shape))
  const y = build(...(values as Value<never>[]))
  const weights = floats(random, y.shape)
  const loss = reduceSum(
    mul(y, graph.constant(weights.data, y.shape)),
    y.shape.map((_, i) => i),
  )
  const moving = values.filter(({ dtype }) => dtype === 'float32') as Value[]
  const found = gradients(loss, moving)
  graph.output('y', y)
  for (const [i, gradient] of found.entries()) graph.output(`gradient${i}`, gradient)
  const session = await openSession(graph.build(), { threads: 1 })
  try {
    const feedsAt = (data: readonly TensorData[]) =>
      Object.fromEntries(data.map((each, i) => [`x${i}`, each]))
    const here = await session.run(feedsAt(inputs))
    const lossTerms = async (sign: number, along: readonly (Float32Array | null)[]) => {
      const moved = inputs.map((input, i) => {
        const direction = along[i]
        if (!direction) return input
        const data = (input.data as Float32Array).map((value, j) => value + sign * step * direction[j]!)
        return { ...input, data }
      })
      const result = numbers((await session.run(feedsAt(moved))).y!.data)
      return { moved, terms: result.map((value, i) => value * (weights.data[i] as number)) }
    }
    for (let d = 0; d < directions; d++) {
      const along = inputs.map(({ dtype, data }) =>
        dtype === 'float32' ? Float32Array.from({ length: data.length }, () => random.normal()) : null,
      )
      const [up, down] = [await lossTerms(1, along), await lossTerms(-1, along)]
      let [numeric, size, rounded] = [0, 1e-3, 0]
      for (const [i, term] of up.terms.entries()) {
        numeric += (term - down.terms[i]!) / (2 * step)
        rounded += (rounding * (Math.abs(term) + Math.abs(down.terms[i]!))) / (2 * step)
      }
      let analytic = 0
      for (const [g, value] of moving.entries()) {
        const i = values.indexOf(value)
        const gradient = here[`gradient${g}`]!
        expect(gradient.shape).toEqual(value.shape)
        for (const [j, slope] of numbers(gradient.data).entries()) {
          // The step that float32 really took.
          const [to, from] = [up.moved[i]!.data[j] as number, down.moved[i]!.data[j] as number]
          const share = slope * ((to - from) / (2 * step))
          analytic += share
          size += Math.abs(share)
        }
      }
      expect(Math.abs(analytic - numeric)).toBeLessThanOrEqual(tolerance * size + rounded)
    }
  } finally {
    await session.close()
  }
}
