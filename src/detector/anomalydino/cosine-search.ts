/** How far patches point from their nearest in a bank. */
import {
  compile,
  div,
  gemm,
  maximum,
  mul,
  reduceMean,
  reduceSum,
  sqrt,
  sub,
  topK,
} from '../../graph/index.ts'
import type { Machine } from '../detector.ts'

export interface CosineSearch {
  /** @param patches - float32 [count, dims], of any length. @returns 1 - cosine, the mean over the nearest; float32 [count]. */
  distances(patches: Float32Array): Promise<Float32Array>
  close(): Promise<void>
}

/** Products held at a time: 16 MB. */
const blockElements = 1 << 22
const mostQueries = 512
const leastLength = 1e-12

/** @param bank - float32 [rows, dims], each of length 1. @param neighbours - Fewer where the bank has fewer rows. */
export async function openCosineSearch(
  bank: Float32Array,
  dims: number,
  neighbours: number,
  machine: Machine,
): Promise<CosineSearch> {
  const rows = bank.length / dims
  const block = Math.max(1, Math.min(mostQueries, Math.floor(blockElements / rows)))
  const search = await compile(
    'cosine-search',
    { patches: { dtype: 'float32', shape: [block, dims] } },
    ({ patches }, graph) => {
      const length = sqrt(reduceSum(mul(patches, patches), [1], true))
      const unit = div(patches, maximum(length, leastLength))
      const cosines = gemm(unit, graph.constant(bank, [rows, dims]), { transB: true })
      const nearest = topK(cosines, Math.min(neighbours, rows)).values
      return { distance: sub(1, reduceMean(nearest, [1])) }
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
