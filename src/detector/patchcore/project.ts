/** Random projection: distances survive it, costs do not. Source: Johnson and Lindenstrauss 1984; Roth et al. 2022, algorithm 1. */
import { compile, gemm, type SessionOptions } from '../../graph/index.ts'
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
  const directions = Float32Array.from({ length: dims * to }, () => random.normal() / Math.sqrt(to))
  const projection = await compile(
    'project',
    { points: { dtype: 'float32', shape: [block, dims] } },
    (input, graph) => ({ projected: gemm(input.points, graph.constant(directions, [dims, to])) }),
    machine,
  )
  try {
    return (await projection.runRows({ points })).projected.data
  } finally {
    await projection.close()
  }
}
