/** Two runs laid side by side, fold by fold, after making sure that their folds are identical. */
import { UsageError } from '../errors.ts'
import { groupBy } from '../math/group-by.ts'
import { mustGet } from '../present.ts'
import type { Evaluation, ScoreRow } from '../wire/evaluation.ts'
import { type PartScore, partScore } from './part-score.ts'

export interface RunData {
  /** How the run is called in sentences, e.g. its folder. */
  readonly name: string
  readonly evaluation: Evaluation
  readonly scores: readonly ScoreRow[]
}

/** One fold's inference set, both runs side by side in the order of the images. */
export interface PairedFold {
  readonly fold: number
  readonly images: readonly string[]
  readonly units: readonly string[]
  readonly labels: Uint8Array
  readonly a: Float64Array
  readonly b: Float64Array
  readonly thresholdA: number
  readonly thresholdB: number
}

/**
 * @throws {UsageError} The runs differ in dataset, seed, folds or in any image's role, listing the differences.
 */
export function pairFolds(a: RunData, b: RunData): readonly PairedFold[] {
  refuseDifferent(a, b)
  const isPart = a.evaluation.protocol.unit === 'part'
  const byFold = (run: RunData) =>
    groupBy(
      run.scores.filter((row) => row.role === 'inference').sort((x, y) => (x.image < y.image ? -1 : 1)),
      (row) => row.fold,
    )
  const rowsB = byFold(b)
  return [...byFold(a)]
    .sort(([x], [y]) => x - y)
    .map(([fold, rows]) => ({
      fold,
      images: rows.map((row) => row.image),
      units: rows.map((row) => (isPart && row.part !== '' ? `part:${row.part}` : `image:${row.image}`)),
      labels: Uint8Array.from(rows, (row) => (row.label === 'anomalous' ? 1 : 0)),
      a: Float64Array.from(rows, (row) => row.score),
      b: Float64Array.from(mustGet(rowsB, fold), (row) => row.score),
      thresholdA:
        a.evaluation.folds.find((entry) => entry.fold === fold)?.threshold ?? Number.POSITIVE_INFINITY,
      thresholdB:
        b.evaluation.folds.find((entry) => entry.fold === fold)?.threshold ?? Number.POSITIVE_INFINITY,
    }))
}

/** A fold's images joined to the units that they show, each run by its own rule, one row each: a unit is as anomalous as its worst label. */
export function joinUnits(pair: PairedFold, ruleA: PartScore, ruleB: PartScore): PairedFold {
  const members = [...groupBy(pair.units.keys(), (i) => pair.units[i]!)].sort(([a], [b]) => (a < b ? -1 : 1))
  const joined = (scores: Float64Array, rule: PartScore) =>
    Float64Array.from(members, ([, images]) =>
      partScore(
        rule,
        images.map((i) => scores[i]!),
      ),
    )
  const units = members.map(([unit]) => unit)
  return {
    ...pair,
    images: units,
    units,
    labels: Uint8Array.from(members, ([, images]) => Math.max(...images.map((i) => pair.labels[i]!))),
    a: joined(pair.a, ruleA),
    b: joined(pair.b, ruleB),
  }
}

function refuseDifferent(a: RunData, b: RunData): void {
  const differences: string[] = []
  const check = (what: string, x: unknown, y: unknown): void => {
    if (x !== y) differences.push(`${what}: ${String(x)} and ${String(y)}`)
  }
  check('dataset fingerprint', a.evaluation.dataset.fingerprint, b.evaluation.dataset.fingerprint)
  check('seed', a.evaluation.seed, b.evaluation.seed)
  for (const key of ['folds', 'unit', 'scheme', 'minTrain'] as const) {
    check(key, a.evaluation.protocol[key], b.evaluation.protocol[key])
  }
  check('by', a.evaluation.protocol.by ?? null, b.evaluation.protocol.by ?? null)
  check('merged', a.evaluation.protocol.merge.merged, b.evaluation.protocol.merge.merged)
  const roles = (run: RunData) =>
    new Map(run.scores.map((row) => [`${row.fold}\n${row.image}`, `${row.role} as ${row.label}`]))
  const [rolesA, rolesB] = [roles(a), roles(b)]
  const moved = [...new Set([...rolesA.keys(), ...rolesB.keys()])].filter(
    (key) => rolesA.get(key) !== rolesB.get(key),
  )
  for (const key of moved.slice(0, 5)) {
    const [fold, image] = key.split('\n')
    differences.push(
      `fold ${fold}, ${image}: ${rolesA.get(key) ?? 'absent'} and ${rolesB.get(key) ?? 'absent'}`,
    )
  }
  if (moved.length > 5) differences.push(`and ${moved.length - 5} more images`)
  if (differences.length > 0) {
    throw new UsageError(
      `${a.name} and ${b.name} cannot be compared: they were not evaluated on identical folds.\n  ${differences.join('\n  ')}\n` +
        'Run both on the same dataset with the same --seed, --folds, --unit, --scheme, --merge and --min-train.',
    )
  }
}
