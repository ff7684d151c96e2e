/** How far patches lie from a subspace. */
import { compile, gemm, mul, reduceSum, sub } from '../../graph/index.ts'
import type { Machine } from '../detector.ts'

export interface Residual {
  /** @param patches - float32 [count, dims]. @returns Squared distances from the subspace, float32 [count]. */
  squared(patches: Float32Array): Promise<Float32Array>
  close(): Promise<void>
}

const blockRows = 1024

/**
 * |y - Cᵀ C y|² with y = x - mean: the length of what the subspace leaves over, not the difference of two lengths, which would lose
 * digits where little is left.
 *
 * @param mean - float32 [dims]. @param components - float32 [components, dims], orthonormal rows.
 */
export async function openResidual(
  mean: Float32Array,
  components: Float32Array,
  machine: Machine,
): Promise<Residual> {
  const dims = mean.length
  const count = components.length / dims
  const compiled = await compile(
    'subspace-residual',
    { patches: { dtype: 'float32', shape: [blockRows, dims] } },
    ({ patches }, graph) => {
      const y = sub(patches, graph.constant(mean, [1, dims]))
      const basis = graph.constant(components, [count, dims])
      const left = sub(y, gemm(gemm(y, basis, { transB: true }), basis))
      return { squared: reduceSum(mul(left, left), [1]) }
    },
    machine,
  )
  return {
    squared: async (patches) => (await compiled.runRows({ patches })).squared.data,
    close: () => compiled.close(),
  }
}
