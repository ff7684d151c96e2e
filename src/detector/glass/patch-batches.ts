/**
 * Batches of patches from pools: for small discriminators.
 *
 * Nominal patches are drawn the more often the less sure the discriminator is of them. Nominal images have rare spots, of which a
 * uniform draw brings few, and what was rare in training is called anomalous later. (The reference mines hard examples among
 * augmented patches alone.)
 */
import { type SessionOptions, type TensorData, tensor } from '../../graph/index.ts'
import type { Random } from '../../math/random.ts'
import type { Batch, BatchSource } from './batch-source.ts'
import type { GlobalAnomalies } from './global-anomalies.ts'
import { openJudge } from './judge.ts'
import type { NetworkShape } from './networks.ts'
import type { AugmentedPool, Pool } from './patch-pool.ts'

export interface PatchBatchOptions {
  /** Nominal patches a step, and as many global anomalies. */
  readonly rows: number
  /** Augmented patches a step, half of them anomalous. */
  readonly augmentedRows: number
  readonly epochSteps: number
  readonly globals: GlobalAnomalies
  /** Weight of a nominal patch in the draw, to which its probability of being called anomalous is added; > 0. */
  readonly floor: number
  readonly shape: NetworkShape
}

export function patchBatches(
  nominal: Pool,
  augmented: AugmentedPool,
  options: PatchBatchOptions,
  random: Random,
  machine: SessionOptions,
): BatchSource {
  const { dims } = nominal
  const { rows, augmentedRows, epochSteps, globals, floor, shape } = options
  const anomalousRows = augmented.nominal.count === 0 ? augmentedRows : augmentedRows >> 1
  const zeros = (count: number, width: number) => tensor(new Float32Array(count * width), [count, width])
  const batch: Batch = {
    nominal: zeros(rows, dims),
    augmented: zeros(augmentedRows, dims),
    mask: tensor(new Float32Array(augmentedRows).fill(1, 0, anomalousRows), [augmentedRows, 1]),
    noise: zeros(rows, dims),
  }
  let cumulative: Float64Array | undefined

  return {
    dims,
    rows,
    augmentedRows,
    mean: meanRow(nominal),
    epochSteps,
    async startEpoch(epoch, networks) {
      cumulative = undefined
      if (epoch === 0) return // at first nothing is known of them
      const judge = await openJudge(networks, shape, 'probability', machine)
      try {
        const scores = await judge.judge(nominal.rows)
        let sum = 0
        cumulative = Float64Array.from(scores, (score) => (sum += score + floor))
      } finally {
        await judge.close()
      }
    },
    async draw(step) {
      const stream = random.fork('step', step)
      for (let row = 0; row < rows; row++) {
        const at =
          cumulative === undefined ? stream.integer(nominal.count) : pick(cumulative, stream.uniform())
        copyRow(nominal, at, batch.nominal, row)
      }
      for (let row = 0; row < augmentedRows; row++) {
        const pool = row < anomalousRows ? augmented.anomalous : augmented.nominal
        copyRow(pool, stream.integer(pool.count), batch.augmented, row)
      }
      await globals.shift(batch.nominal.data as Float32Array, batch.noise.data as Float32Array, stream)
      return batch
    },
  }
}

function copyRow({ rows, dims }: Pool, from: number, target: TensorData, to: number): void {
  ;(target.data as Float32Array).set(rows.subarray(from * dims, (from + 1) * dims), to * dims)
}

/** Where a share of the total weight is reached. @param share - 0..1, without 1. */
function pick(cumulative: Float64Array, share: number): number {
  const wanted = share * cumulative[cumulative.length - 1]!
  let low = 0
  let high = cumulative.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (cumulative[middle]! > wanted) high = middle
    else low = middle + 1
  }
  return low
}

function meanRow({ rows, count, dims }: Pool): Float32Array {
  const sums = new Float64Array(dims)
  for (let at = 0; at < rows.length; at++) sums[at % dims]! += rows[at]!
  return Float32Array.from(sums, (sum) => sum / count)
}
