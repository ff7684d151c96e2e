/** How far patches of any number point from their nearest in a bank. */
import { compile, reshape } from '../../graph/index.ts'
import type { Machine } from '../detector.ts'
import { everyCell } from '../score-graph/seen-cells.ts'
import { cosineDistance, leastLength } from './cosine-distance.ts'

export interface CosineSearch {
  /** @param patches - float32 [count, dims], of any length. @returns 1 - cosine, the mean over the nearest; float32 [count]. */
  distances(patches: Float32Array): Promise<Float32Array>
  close(): Promise<void>
}

const together = 512

/** @param bank - float32 [rows, dims], each of length 1. @param neighbours - Fewer where the bank has fewer rows. */
export async function openCosineSearch(
  bank: Float32Array,
  dims: number,
  neighbours: number,
  machine: Machine,
): Promise<CosineSearch> {
  const search = await compile(
    'cosine-search',
    { patches: { dtype: 'float32', shape: [together, dims] } },
    ({ patches }) => {
      const cells = reshape(patches, [1, together, dims])
      const distance = cosineDistance(cells, bank, neighbours, everyCell(cells))
      return { distance: reshape(distance, [together]) }
    },
    machine,
  )
  return {
    distances: async (patches) => (await search.runRows({ patches })).distance.data,
    close: () => search.close(),
  }
}

/** Each row brought to length 1; a row of zeros stays. */
export function unitRows(rows: Float32Array, dims: number): Float32Array {
  const unit = Float32Array.from(rows)
  for (let start = 0; start < unit.length; start += dims) {
    const row = unit.subarray(start, start + dims)
    let squares = 0
    for (const value of row) squares += value * value
    const length = Math.max(Math.sqrt(squares), leastLength)
    for (let i = 0; i < dims; i++) row[i]! /= length
  }
  return unit
}
