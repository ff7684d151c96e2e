/**
 * The few directions along which a bank is searched. Patches vary mostly along some of their dimensions: the banked ones that are nearest
 * along these contain the nearest of all nearly always, and cost less than half of the arithmetic. How many directions that takes is not
 * assumed but found out, with patches of the training images that the bank does not hold.
 */
import { argMin, compile, reshape } from '../../graph/index.ts'
import type { Random } from '../../math/random.ts'
import type { Machine } from '../detector.ts'
import { centreRows } from '../patches/centred.ts'
import { bankValues, nearRows, relativeSquares } from '../score-graph/nearest-bank.ts'
import { everyCell, forSeenCells } from '../score-graph/seen-cells.ts'
import { rowAxes } from './row-axes.ts'

/** Smaller ones are searched whole: little would be saved. */
const leastRows = 2048
/** Larger ones are fed at each run, and would be turned to their axes at each run. */
const mostBytes = 64 * 2 ** 20
const counts = [64, 96, 128, 192]
/** Patches that try it, and those of them that may miss their nearest one; a patch that misses gets the distance of the next. */
const tried = 1024
const missed = 1

/**
 * @param bank - float32 [rows, dims].
 * @param candidates - float32 [count, dims]. @param others - Places of those that are not in the bank.
 * @returns Orthogonal rows of length 1, float32 [few, dims]: as few as will do. null where the bank is to be searched whole.
 */
export async function searchAxes(
  bank: Float32Array,
  candidates: Float32Array,
  others: readonly number[],
  dims: number,
  random: Random,
  { device, threads }: Machine,
): Promise<Float32Array | null> {
  const machine = { device, threads }
  const rows = bank.length / dims
  const usable = counts.filter((count) => count <= dims / 2)
  const isWorthIt = rows >= leastRows && bank.byteLength <= mostBytes && usable.length > 0
  if (!isWorthIt || others.length < tried) return null
  const { mean, rows: centred } = centreRows(bank, dims)
  const axes = await rowAxes(centred, dims, Math.max(...usable), random.fork('axes'), machine)
  const queries = drawQueries(candidates, others, mean, random.fork('queries'))
  const nearest = await nearestOf(queries, { mean, rows: centred }, dims, machine)
  for (const count of usable) {
    const few = axes.slice(0, count * dims)
    const listed = await nearestOf(queries, { mean, rows: centred, axes: few }, dims, machine)
    const near = listed.length / tried
    let misses = 0
    for (const [i, row] of nearest.entries()) {
      if (!listed.subarray(i * near, (i + 1) * near).includes(row)) misses++
    }
    if (misses <= missed) return few
  }
  return null
}

/** Some of the others, less the mean: float32 [tried, dims]. */
function drawQueries(
  candidates: Float32Array,
  others: readonly number[],
  mean: Float32Array,
  random: Random,
): Float32Array {
  const dims = mean.length
  const queries = new Float32Array(tried * dims)
  for (let i = 0; i < tried; i++) {
    const from = others[random.integer(others.length)]! * dims
    for (let d = 0; d < dims; d++) queries[i * dims + d] = candidates[from + d]! - mean[d]!
  }
  return queries
}

/** The nearest row of each query; with axes those that are nearest along them. */
async function nearestOf(
  queries: Float32Array,
  bank: { readonly mean: Float32Array; readonly rows: Float32Array; readonly axes?: Float32Array },
  dims: number,
  machine: Machine,
): Promise<BigInt64Array> {
  const search = await compile(
    'search-axes',
    { queries: { dtype: 'float32', shape: [1, tried, dims] } },
    (input) => {
      const values = bankValues(input.queries, bank)
      const { short } = values
      const found = forSeenCells(input.queries, everyCell(input.queries), values.count, (part) =>
        short === null ? argMin(relativeSquares(part, values), 2) : nearRows(part, short),
      )
      return { found: reshape(found, [-1]) }
    },
    machine,
  )
  try {
    return (await search.run({ queries })).found.data
  } finally {
    await search.close()
  }
}
