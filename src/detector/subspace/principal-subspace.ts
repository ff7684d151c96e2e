/**
 * The mean of nominal patches and the directions in which they vary: principal component analysis of all patches of all images.
 *
 * Source: SubspaceAD (CVPR 2026), github.com/CLendering/SubspaceAD, src/subspacead/core/pca.py.
 */
import { StatisticalError, UsageError } from '../../errors.ts'
import { compile, gemm } from '../../graph/index.ts'
import { symmetricEigen } from '../../math/symmetric-eigen.ts'
import type { Machine } from '../detector.ts'

export interface Subspace {
  /** float64 [dims]. */
  readonly mean: Float64Array
  /** Rows are orthogonal directions of length 1, the one of largest variance first. float64 [components, dims]. */
  readonly components: Float64Array
  /** Variance along every direction, largest first (divided by patches - 1). float64 [dims]. */
  readonly variances: Float64Array
}

export interface PatchGatherer {
  /** @param rows - float32 [count, dims]. Cost: O(count * dims²). */
  add(rows: Float32Array): Promise<void>
  /**
   * @param rule - Share of the variance that is to be held, 0..1, or a number of components.
   * @throws {StatisticalError} Fewer than two patches, or too few to vary in so many directions.
   * @throws {UsageError} So many components that nothing of a patch is left to judge by.
   * Cost: O(dims³).
   */
  subspace(rule: { readonly explained: number } | { readonly components: number }): Promise<Subspace>
  close(): Promise<void>
}

/** Patches whose products are summed in one call. */
const blockRows = 1024

/** Sums in double precision, about the first patch, so that little is lost where the mean is large beside the spread. */
export async function gatherPatches(dims: number, machine: Machine): Promise<PatchGatherer> {
  const products = new Float64Array(dims * dims)
  const sums = new Float64Array(dims)
  const block = new Float64Array(blockRows * dims)
  let origin: Float64Array | undefined
  let count = 0
  let held = 0
  const product = await compile(
    'patch-products',
    { rows: { dtype: 'float64', shape: [blockRows, dims] } },
    ({ rows }) => ({ products: gemm(rows, rows, { transA: true }) }),
    machine,
  )

  const settle = async (): Promise<void> => {
    block.fill(0, held * dims)
    const { data } = (await product.run({ rows: block })).products
    for (const [i, value] of data.entries()) products[i]! += value
    held = 0
  }
  return {
    async add(rows) {
      origin ??= Float64Array.from(rows.subarray(0, dims))
      for (let start = 0; start < rows.length; start += dims) {
        const at = held * dims
        for (let i = 0; i < dims; i++) {
          const value = rows[start + i]! - origin[i]!
          block[at + i] = value
          sums[i]! += value
        }
        count++
        if (++held === blockRows) await settle()
      }
    },
    async subspace(rule) {
      if (held > 0) await settle()
      if (origin === undefined || count < 2) {
        throw new StatisticalError(
          `subspace: expected at least 2 patches over all images to tell how they vary, got ${count}`,
        )
      }
      if ('components' in rule) refuseComponents(rule.components, count, dims)
      const shift = sums.map((sum) => sum / count)
      const covariance = products.map(
        (value, at) => (value - count * shift[Math.floor(at / dims)]! * shift[at % dims]!) / (count - 1),
      )
      const { values, vectors } = symmetricEigen(covariance, dims)
      const variances = values.map((value) => Math.max(0, value))
      const kept = 'components' in rule ? rule.components : enough(variances, rule.explained)
      const first = origin
      return {
        mean: shift.map((value, i) => value + first[i]!),
        components: vectors.slice(0, kept * dims),
        variances,
      }
    },
    close: () => product.close(),
  }
}

function refuseComponents(components: number, patches: number, dims: number): void {
  if (components >= dims) {
    throw new UsageError(
      `subspace: components: expected fewer than the ${dims} dimensions of a patch, got ${components}: nothing would be left to judge by`,
    )
  }
  if (components < patches) return
  throw new StatisticalError(
    `subspace: components: ${patches} patches over all images vary in at most ${patches - 1} directions, and ${components} are asked for; ` +
      'take fewer, or more or larger images',
  )
}

/**
 * The least number of directions that hold the share; all of them where rounding lets none, and a single one where nothing varies: what is
 * held hides defects.
 */
export function enough(variances: Float64Array, share: number): number {
  const total = variances.reduce((sum, value) => sum + value, 0)
  if (total === 0) return 1
  let held = 0
  for (const [i, value] of variances.entries()) {
    held += value
    if (held / total >= share) return i + 1
  }
  return variances.length
}
