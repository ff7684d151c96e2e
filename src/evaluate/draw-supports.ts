/**
 * Few-shot folds: of the units that could train, a few are drawn, several times over; who chooses the threshold and who is judged
 * stays as planned.
 *
 * The order in which units are drawn follows from (seed, fold, draw) and not from how many are taken, so that ten shots hold the
 * five shots of the same draw: figures at different numbers are compared on supports that grow.
 */
import { StatisticalError } from '../errors.ts'
import { createRandom } from '../math/random.ts'
import { mustGet } from '../present.ts'
import type { FoldPlan } from './fold-plan.ts'
import type { Unit } from './units.ts'

export interface SupportOptions {
  /** Units with nominal images that train. */
  readonly shots: number
  /** Supports drawn for each fold. */
  readonly draws: number
  readonly seed: number
  /** `support`: they choose the threshold as well. Default `set`. */
  readonly thresholdFrom?: 'set' | 'support'
}

/**
 * @returns `draws` plans for each one given, one after the other, counted anew.
 * @throws {StatisticalError} A fold has fewer units to train on.
 */
export function drawSupports(
  plans: readonly FoldPlan[],
  units: readonly Unit[],
  { shots, draws, seed, thresholdFrom = 'set' }: SupportOptions,
): readonly FoldPlan[] {
  const unitOf = new Map(units.flatMap(({ id, nominal }) => nominal.map((sample) => [sample.id, id])))
  return plans.flatMap((plan) => {
    const available = plan.unitIds.train
    if (available.length < shots) {
      throw new StatisticalError(
        `--shots ${shots}: fold ${plan.fold} has ${available.length} nominal units to train on; take at most ${available.length}`,
      )
    }
    return Array.from({ length: draws }, (_, draw): FoldPlan => {
      const order = createRandom(seed, 'support', plan.fold, draw).shuffleInPlace([...available])
      const support = new Set(order.slice(0, shots))
      const train = plan.train.filter(({ id }) => support.has(mustGet(unitOf, id)))
      const drawn: FoldPlan = {
        ...plan,
        fold: plan.fold * draws + draw,
        train,
        unitIds: { ...plan.unitIds, train: available.filter((id) => support.has(id)) },
        counts: { ...plan.counts, train: train.length },
        units: { ...plan.units, train: shots },
        satOut: { ...plan.satOut, nominal: plan.satOut.nominal + available.length - shots },
      }
      return thresholdFrom === 'set' ? drawn : choosingItself(drawn)
    })
  })
}

/** The threshold set sits out, and the support takes its place. */
function choosingItself(plan: FoldPlan): FoldPlan {
  const { train, unitIds, counts, units, satOut } = plan
  return {
    ...plan,
    threshold: train,
    unitIds: { ...unitIds, threshold: unitIds.train },
    counts: { ...counts, threshold: [counts.train, 0] },
    units: { ...units, threshold: [units.train, 0] },
    satOut: {
      nominal: satOut.nominal + units.threshold[0],
      anomalous: satOut.anomalous + units.threshold[1],
    },
  }
}
