/** Builds, emits and runs a graph in one go, for tests. */
import { type AnyValue, GraphBuilder, type Value } from '../../src/graph/graph.ts'
import { openSession } from '../../src/graph/session.ts'
import type { TensorArray, TensorData } from '../../src/graph/tensor.ts'

export interface Result {
  readonly shape: readonly number[]
  readonly data: number[]
}

/** @param build - Gets the inputs of the graph, in order, and gives its outputs. */
export async function runGraph(
  inputs: readonly TensorData[],
  build: (...values: Value<never>[]) => AnyValue | readonly AnyValue[],
): Promise<Result[]> {
  const graph = new GraphBuilder('test')
  const values = inputs.map(({ dtype, shape }, i) => graph.input(`in${i}`, dtype, shape))
  const built = build(...(values as Value<never>[]))
  const outputs = Array.isArray(built) ? (built as readonly AnyValue[]) : [built as AnyValue]
  for (const [i, output] of outputs.entries()) graph.output(`out${i}`, output)
  const session = await openSession(graph.build(), { threads: 1 })
  try {
    const feeds = Object.fromEntries(inputs.map((data, i) => [`in${i}`, data]))
    const results = await session.run(feeds)
    return outputs.map((_, i) => {
      const { shape, data } = results[`out${i}`]!
      return { shape, data: numbers(data) }
    })
  } finally {
    await session.close()
  }
}

export const numbers = (data: TensorArray): number[] => Array.from(data as ArrayLike<number | bigint>, Number)
