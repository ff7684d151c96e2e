/** What a bootstrap draws from: distinct units, in strata of those that are nominal, anomalous, or both. */

import type { Random } from '../math/random.ts'
import { mustGet } from '../present.ts'
import type { LevelResult, LevelRows } from './evaluate-fold.ts'
import { type SortedRows, sortRows } from './weighted-figures.ts'

export interface UnitStrata {
  /** Distinct units in the threshold or inference sets. */
  readonly units: number
  /** Indices of units; none is empty. */
  readonly strata: readonly Int32Array[]
  /** Rows in the order that `weightedFiguresInto` wants, with the index of each row's unit. */
  sorted(rows: LevelRows): SortedRows
}

export function unitStrata(results: readonly Pick<LevelResult, 'rows'>[]): UnitStrata {
  const index = new Map<string, number>()
  const kinds: number[] = []
  const register = (rows: LevelRows): void =>
    rows.clusters.forEach((cluster, i) => {
      if (!index.has(cluster)) {
        index.set(cluster, index.size)
        kinds.push(0)
      }
      kinds[mustGet(index, cluster)]! |= rows.labels[i] === 1 ? 2 : 1
    })
  for (const { rows } of results) {
    register(rows.threshold)
    register(rows.inference)
  }
  return {
    units: index.size,
    strata: [1, 2, 3]
      .map((kind) => Int32Array.from([...kinds.keys()].filter((unit) => kinds[unit] === kind)))
      .filter((members) => members.length > 0),
    sorted: (rows) =>
      sortRows(
        rows,
        rows.clusters.map((cluster) => mustGet(index, cluster)),
      ),
  }
}

/** As many units of each stratum as it has, with replacement: how often each was drawn. */
export function drawUnitsInto(weights: Float64Array, { strata }: UnitStrata, random: Random): void {
  weights.fill(0)
  for (const members of strata) {
    for (let i = 0; i < members.length; i++) weights[members[random.integer(members.length)]!]!++
  }
}
