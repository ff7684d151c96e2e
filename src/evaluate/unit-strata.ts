/** What a bootstrap draws from: distinct units, in strata of those that are nominal, anomalous, or both. */

import type { Random } from '../math/random.ts'
import { mustGet } from '../present.ts'
import { type SortedRows, sortRows } from './weighted-figures.ts'

/** Rows with the unit of each. Arrays are parallel. */
export interface UnitRows {
  readonly clusters: readonly string[]
  /** 1 = anomalous. */
  readonly labels: ArrayLike<number>
}

export interface UnitStrata {
  /** Distinct units of all rows. */
  readonly units: number
  /** Indices of units; none is empty. */
  readonly strata: readonly Int32Array[]
  /** Rows in the order that `weightedFiguresInto` wants, with the index of each row's unit. */
  sorted(rows: UnitRows & { readonly scores: ArrayLike<number> }): SortedRows
}

/** @param sets - E.g. the threshold and the inference rows of every fold. */
export function unitStrata(sets: readonly UnitRows[]): UnitStrata {
  const index = new Map<string, number>()
  const kinds: number[] = []
  for (const { clusters, labels } of sets) {
    clusters.forEach((cluster, i) => {
      if (!index.has(cluster)) {
        index.set(cluster, index.size)
        kinds.push(0)
      }
      kinds[mustGet(index, cluster)]! |= labels[i] === 1 ? 2 : 1
    })
  }
  return {
    units: index.size,
    strata: [1, 2, 3]
      .map((kind) => Int32Array.from([...kinds.keys()].filter((unit) => kinds[unit] === kind)))
      .filter((members) => members.length > 0),
    sorted: ({ clusters, scores, labels }) =>
      sortRows(
        { scores: Float64Array.from(scores), labels: Uint8Array.from(labels) },
        clusters.map((cluster) => mustGet(index, cluster)),
      ),
  }
}

/** Distinct units with nominal and with anomalous rows; a mixed unit counts in both. */
export function unitsByLabel(sets: readonly UnitRows[]): readonly [number, number] {
  const seen = [new Set<string>(), new Set<string>()] as const
  for (const { clusters, labels } of sets) {
    clusters.forEach((cluster, i) => {
      seen[labels[i] === 1 ? 1 : 0].add(cluster)
    })
  }
  return [seen[0].size, seen[1].size]
}

/** As many units of each stratum as it has, with replacement: how often each was drawn. */
export function drawUnitsInto(weights: Float64Array, { strata }: UnitStrata, random: Random): void {
  weights.fill(0)
  for (const members of strata) {
    for (let i = 0; i < members.length; i++) weights[members[random.integer(members.length)]!]!++
  }
}
