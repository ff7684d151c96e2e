/** Which arms of a sweep differ: each pair on the same folds, and all comparisons counted. */
import { compareRuns } from '../../evaluate/compare.ts'
import { holm } from '../../evaluate/holm.ts'
import { median } from '../../math/order-statistics.ts'
import { createRandom } from '../../math/random.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { SweepPair } from '../../wire/sweep.ts'
import { loadRun } from '../folder/load-run.ts'
import type { Cell } from './cells.ts'

/** After correction: a sweep with no difference at all finds one once in twenty times. */
const level = 0.05

/**
 * @param cells - That have results.
 * @throws {CancelledError} Cost: that of `compareRuns` for each pair of arms and seed.
 */
export async function compareArms(cells: readonly Cell[], task: Task): Promise<readonly SweepPair[]> {
  const arms = [...new Set(cells.map(({ arm }) => arm))]
  const pairs = arms.flatMap((a, i) => arms.slice(i + 1).map((b) => [a, b] as const))
  const progress = task.progress('compare', 'pairs')
  const found: Omit<SweepPair, 'adjusted' | 'isDistinguishable'>[] = []
  try {
    for (const [a, b] of pairs) {
      const perSeed: SweepPair['perSeed'] = []
      for (const first of cells.filter(({ arm }) => arm === a)) {
        checkCancelled(task)
        const second = cells.find(({ arm, seed }) => arm === b && seed === first.seed)
        if (second === undefined) continue
        const [one, two] = [await loadRun(first.request.out), await loadRun(second.request.out)]
        const { mean, ci, pValue } = compareRuns(one, two, createRandom(first.seed, 'compare'), task).figures
          .auroc
        perSeed.push({ seed: first.seed, mean, ci: [ci[0], ci[1]], pValue })
      }
      found.push({ a, b, perSeed, mean: meanOf(perSeed), pValue: pooled(perSeed) })
      progress.update(found.length, pairs.length)
    }
  } finally {
    progress.end()
  }
  const adjusted = holm(found.map(({ pValue }) => pValue))
  return found.map((pair, i) => {
    const p = adjusted[i] ?? null
    return { ...pair, adjusted: p, isDistinguishable: p !== null && p < level }
  })
}

function meanOf(perSeed: SweepPair['perSeed']): number | null {
  const means = perSeed.flatMap(({ mean }) => mean ?? [])
  return means.length === 0 ? null : means.reduce((sum, mean) => sum + mean, 0) / means.length
}

/** Twice the median over several seeds, which is valid although they draw from the same images (Meinshausen et al. 2009). */
function pooled(perSeed: SweepPair['perSeed']): number | null {
  const values = perSeed.flatMap(({ pValue }) => pValue ?? [])
  if (values.length < 2) return values[0] ?? null
  return Math.min(1, 2 * median(Float64Array.from(values)))
}
