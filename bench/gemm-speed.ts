/** Speed of plain products of matrices: what every count of arithmetic is held against. */
import { GraphBuilder, gemm, openSession, tensor } from '../src/graph/index.ts'
import { createRandom, type Random } from '../src/math/random.ts'

/** Cheap noise of the given spread: a normal draw for each of 275 million parameters would take half a minute. */
export function noise(random: Random, length: number, spread: number): Float32Array {
  const table = Float32Array.from({ length: 65521 }, () => random.normal() * spread)
  const data = new Float32Array(length)
  for (let start = 0; start < length; start += table.length) {
    data.set(table.subarray(0, Math.min(table.length, length - start)), start)
  }
  return data
}

/** GFLOP/s of the best of a few products of 2048x2048 matrices. */
export async function gemmSpeed(threads: number): Promise<number> {
  const random = createRandom(0)
  const [rows, inner, cols] = [2048, 2048, 2048]
  const graph = new GraphBuilder('gemm')
  const a = graph.input('a', 'float32', [rows, inner])
  graph.output('y', gemm(a, graph.input('b', 'float32', [inner, cols]), { transB: true }))
  const session = await openSession(graph.build(), { threads })
  const feed = (shape: [number, number]) => tensor(noise(random, shape[0] * shape[1], 1), shape)
  const feeds = { a: feed([rows, inner]), b: feed([inner, cols]) }
  const into = { y: tensor(new Float32Array(rows * cols), [rows, cols]) }
  const times: number[] = []
  for (let run = 0; run < 8; run++) {
    const start = performance.now()
    await session.run(feeds, into)
    times.push(performance.now() - start)
  }
  await session.close()
  return (2 * rows * inner * cols) / 1e6 / Math.min(...times)
}
