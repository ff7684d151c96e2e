/**
 * Figures of pixels that were counted in shards, on any machine: the same, bit for bit, as of one count of all images in that order.
 *
 * A shard tells its defect pixels and, by themselves, all others, which are a hundred times as many and read one shard at a time: only how
 * many of them lie between two scores of defect pixels matters.
 *
 * Memory: 8 bytes for each defect pixel of all shards, 36 more for each distinct score among them, and one shard's other pixels.
 */
import { radixSortInPlace } from '../../../math/radix-sort.ts'
import { type PixelFigures, pixelFigures } from './pixel-metrics.ts'
import type { DefectPixels } from './pixel-tally.ts'
import { countPiece, type KeyCounter } from './sorted-keys.ts'
import { decodeDefects, decodePieces } from './tally-bytes.ts'

/** What was counted of a shard, as `tally-bytes.ts` has it. */
export interface TallyShard {
  defects(): Promise<Uint8Array>
  others(): Promise<Uint8Array>
}

/** @param shards - In the order of their images. Cost: O(pixels + shards x distinct scores of defect pixels). */
export async function joinTallies(shards: readonly TallyShard[]): Promise<PixelFigures> {
  const found: DefectPixels[] = []
  for (const shard of shards) found.push(decodeDefects(await shard.defects()))
  const defects = joinDefects(found)
  const keys = distinctDown(defects)
  const [nominalImages, aroundDefects] = [new ShardCounter(keys), new ShardCounter(keys)]
  for (const shard of shards) {
    const others = decodePieces(await shard.others())
    for (const piece of others.nominalImages()) nominalImages.add(piece)
    for (const piece of others.aroundDefects()) aroundDefects.add(piece)
  }
  return pixelFigures({ ...defects, nominalImages, aroundDefects })
}

function joinDefects(shards: readonly DefectPixels[]): DefectPixels {
  const defects: { keys: Uint32Array; regions: Uint32Array }[] = []
  const [regionAreas, regionImageAreas]: [number[], number[]] = [[], []]
  for (const shard of shards) {
    const before = regionAreas.length
    for (const { keys, regions } of shard.defects)
      defects.push({ keys, regions: regions.map((region) => before + region) })
    for (const area of shard.regionAreas) regionAreas.push(area)
    for (const area of shard.regionImageAreas) regionImageAreas.push(area)
  }
  return { defects, regionAreas, regionImageAreas }
}

/** Scores of defect pixels, each once, the highest first. */
function distinctDown({ defects }: Pick<DefectPixels, 'defects'>): Uint32Array {
  const all = new Uint32Array(defects.reduce((sum, { keys }) => sum + keys.length, 0))
  let at = 0
  for (const { keys } of defects) {
    all.set(keys, at)
    at += keys.length
  }
  radixSortInPlace(all)
  let kept = 0
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[kept - 1]) all[kept++] = all[i]!
  return all.slice(0, kept).reverse()
}

/** How many keys lie between two of those that will be asked for, in their order. */
class ShardCounter implements KeyCounter {
  #size = 0
  readonly #keys: Uint32Array
  readonly #above: Float64Array
  readonly #equal: Float64Array

  /** @param keys - Distinct, descending. */
  constructor(keys: Uint32Array) {
    this.#keys = keys
    this.#above = new Float64Array(keys.length)
    this.#equal = new Float64Array(keys.length)
  }

  get size(): number {
    return this.#size
  }

  /** @param piece - Ascending. */
  add(piece: Uint32Array): void {
    this.#size += piece.length
    countPiece(piece, piece.length, this.#keys, this.#above, this.#equal)
  }

  countDown(): ReturnType<KeyCounter['countDown']> {
    let at = 0
    return (keys, above, equal) => {
      above.set(this.#above.subarray(at, at + keys.length))
      equal.set(this.#equal.subarray(at, at + keys.length))
      at += keys.length
    }
  }
}
