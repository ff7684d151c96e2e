/** How far patches lie from a subspace, inside a graph. */
import { matmul, mul, reduceSum, sub, transpose, type Value } from '../../graph/index.ts'

/**
 * |y - Cᵀ C y|² with y = x - mean: the length of what the subspace leaves over, not the difference of two lengths, which would lose
 * digits where little is left.
 *
 * @param patches - float32 [images, cells, dims].
 * @param mean - float32 [dims]. @param components - float32 [components, dims], orthonormal rows.
 * @returns float32 [images, cells].
 */
export function squaredResidual(patches: Value, mean: Float32Array, components: Float32Array): Value {
  const { graph } = patches
  const dims = mean.length
  const y = sub(patches, graph.constant(mean, [1, 1, dims]))
  const basis = graph.constant(components, [components.length / dims, dims])
  const left = sub(y, matmul(matmul(y, transpose(basis, [1, 0])), basis))
  return reduceSum(mul(left, left), [2])
}
