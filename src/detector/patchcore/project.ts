/** Random projection: distances survive it, costs do not. Source: Johnson and Lindenstrauss 1984; Roth et al. 2022, algorithm 1. */
import { GraphBuilder } from '../../graph/graph.ts'
import { gemm } from '../../graph/ops-linear.ts'
import { openSession, type SessionOptions } from '../../graph/session.ts'
import { tensor } from '../../graph/tensor.ts'
import type { Random } from '../../math/random.ts'

const block = 4096

/**
 * @param points - float32, shape [count, dims].
 * @param to - Dimensions wanted, below `dims`.
 * @returns float32, shape [count, to]; squared distances are those of the points on average.
 */
export async function project(
  points: Float32Array,
  dims: number,
  to: number,
  random: Random,
  machine: SessionOptions,
): Promise<Float32Array> {
  const count = points.length / dims
  const directions = Float32Array.from({ length: dims * to }, () => random.normal() / Math.sqrt(to))
  const graph = new GraphBuilder('project')
  const input = graph.input('points', 'float32', [block, dims])
  graph.output('projected', gemm(input, graph.constant(directions, [dims, to])))
  const session = await openSession(graph.build(), machine)
  try {
    const projected = new Float32Array(count * to)
    for (let start = 0; start < count; start += block) {
      const rows = Math.min(block, count - start)
      const data = new Float32Array(block * dims)
      data.set(points.subarray(start * dims, (start + rows) * dims))
      const result = await session.run({ points: tensor(data, [block, dims]) })
      projected.set((result.projected!.data as Float32Array).subarray(0, rows * to), start * to)
    }
    return projected
  } finally {
    await session.close()
  }
}
