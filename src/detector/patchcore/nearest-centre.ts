/** Measures all points against a handful of new centres at once: the matrix products of the coreset. */
import { GraphBuilder } from '../../graph/graph.ts'
import { gemm } from '../../graph/ops-linear.ts'
import { argMin } from '../../graph/ops-reduce.ts'
import { openSession, type SessionOptions } from '../../graph/session.ts'
import { tensor } from '../../graph/tensor.ts'
import { centreRows, rowSquares } from '../patches/centred.ts'
import { squaredDistance } from '../patches/squared-distance.ts'

export interface NearestCentre {
  /**
   * Lowers `distance`, in place, to the squared distance from the nearest of the centres where that is less.
   *
   * @param centres - Indices of points, 1 to `most` of them.
   */
  lower(distance: Float64Array, centres: Int32Array): Promise<void>
  close(): Promise<void>
}

const mostRows = 4096

/** @param points - float32, shape [count, dims], row-major. @param most - Centres that are measured at a time. */
export async function openNearestCentre(
  points: Float32Array,
  dims: number,
  most: number,
  machine: SessionOptions,
): Promise<NearestCentre> {
  const count = points.length / dims
  const centred = centreRows(points, dims).rows
  const block = Math.min(mostRows, count)
  const graph = new GraphBuilder('nearest-centre')
  const rows = graph.input('rows', 'float32', [block, dims])
  const centres = graph.input('centres', 'float32', [most, dims])
  const squares = graph.input('squares', 'float32', [most])
  graph.output('index', argMin(gemm(rows, centres, { transB: true, alpha: -2, c: squares }), 1))
  const session = await openSession(graph.build(), machine)

  return {
    async lower(distance, chosen) {
      const matrix = new Float32Array(most * dims)
      const norms = new Float32Array(most).fill(3e38) // never the nearest
      chosen.forEach((point, i) => {
        matrix.set(centred.subarray(point * dims, (point + 1) * dims), i * dims)
      })
      norms.set(rowSquares(matrix.subarray(0, chosen.length * dims), dims))
      const fixed = { centres: tensor(matrix, [most, dims]), squares: tensor(norms, [most]) }
      for (let start = 0; start < count; start += block) {
        const from = Math.min(start, count - block) // the last block overlaps the one before
        const part = centred.subarray(from * dims, (from + block) * dims)
        const result = await session.run({ rows: tensor(part, [block, dims]), ...fixed })
        const nearest = result.index!.data as BigInt64Array
        for (let i = start - from; i < block; i++) {
          const point = from + i
          const squared = squaredDistance(points, point, points, chosen[Number(nearest[i])]!, dims)
          if (squared < distance[point]!) distance[point] = squared
        }
      }
    },
    close: () => session.close(),
  }
}
