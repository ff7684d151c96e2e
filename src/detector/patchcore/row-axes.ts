/** The directions along which rows vary most. */
import { compile, gemm, type SessionOptions } from '../../graph/index.ts'
import { leadingAxes } from '../../math/leading-axes.ts'
import type { Random } from '../../math/random.ts'

/**
 * @param rows - float32 [any, dims], less their mean.
 * @returns Orthogonal rows of length 1, float32 [count, dims]: the direction of the largest variation first.
 */
export async function rowAxes(
  rows: Float32Array,
  dims: number,
  count: number,
  random: Random,
  machine: SessionOptions,
): Promise<Float32Array> {
  const product = await compile(
    'row-products',
    { rows: { dtype: 'float32', shape: [rows.length / dims, dims] } },
    (input) => ({ products: gemm(input.rows, input.rows, { transA: true }) }),
    machine,
  )
  try {
    const products = Float64Array.from((await product.run({ rows })).products.data)
    return Float32Array.from(leadingAxes(products, dims, count, random))
  } finally {
    await product.close()
  }
}
