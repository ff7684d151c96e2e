/** The nearest banked rows of a few queries, by the piece of a graph that every detector with a bank scores by. */
import { centreRows } from '../../../src/detector/patches/centred.ts'
import { bankValues, nearestBank } from '../../../src/detector/score-graph/nearest-bank.ts'
import { everyCell } from '../../../src/detector/score-graph/seen-cells.ts'
import { add, compile, int64s, sub } from '../../../src/graph/index.ts'

/**
 * @param seen - Which queries are searched for, and where among them each query takes its row from; default all, each its own.
 * @returns Distances [queries], and the rows themselves [queries, dims].
 */
export async function findNearest(
  bank: Float32Array,
  dims: number,
  queries: Float32Array,
  seen?: { readonly places: readonly number[]; readonly back: readonly number[] },
): Promise<{ readonly distance: Float32Array; readonly rows: Float32Array }> {
  const shape = [1, queries.length / dims, dims] as const
  const search = await compile(
    'nearest',
    { queries: { dtype: 'float32', shape } },
    ({ queries: given }, graph) => {
      const own =
        seen === undefined
          ? everyCell(given)
          : { places: graph.constantOf(int64s(seen.places)), back: graph.constantOf(int64s(seen.back)) }
      const banked = bankValues(given, centreRows(bank, dims))
      const { rows, distance } = nearestBank(sub(given, banked.mean), banked, own)
      return { distance, rows: add(rows, banked.mean) }
    },
    { device: 'cpu', threads: 1 },
  )
  try {
    const { distance, rows } = await search.run({ queries })
    return { distance: distance.data, rows: rows.data }
  } finally {
    await search.close()
  }
}
