/**
 * Step 1 of the protocol: who trains, who chooses the threshold, who is judged, in each fold.
 *
 * A unit has one role in a fold. Everything follows from (seed, fold): the order of the samples and the number of folds
 * do not matter, so fold 3 of 5 is fold 3 of 10.
 */
import { StatisticalError } from '../errors.ts'
import { createRandom, type Random } from '../math/random.ts'
import { mustGet } from '../present.ts'
import { drawSupports } from './draw-supports.ts'
import { type Candidate, fillHalves, minimumPerHalf } from './fill-halves.ts'
import { type FoldPlan, sum, toPlan } from './fold-plan.ts'
import { halveByStratum } from './halve-by-stratum.ts'
import { planLeaveOut } from './leave-out.ts'
import { planPublished } from './split-published.ts'
import type { Unit } from './units.ts'

export interface SplitOptions {
  readonly folds: number
  readonly seed: number
  /**
   * `random`: every fold is drawn anew. `rotate`: folds come in pairs; the second of a pair swaps the two halves of the
   * first, so over an even number of folds every anomalous unit used is in inference equally often (an odd number
   * leaves a difference of one). `leave-out`: as `leave-out.ts` says, a fold for each group of `by`.
   */
  readonly scheme: 'random' | 'rotate' | 'leave-out'
  /** With `leave-out`: `defect`, or a column of the dataset. */
  readonly by?: string | null
  /** Share of the units with nominal images that must train, 0 < minTrain < 1. */
  readonly minTrain: number
  /** False keeps units with nominal images of the published test split out of training (step 0). */
  readonly merged: boolean
  /** `published`: as `split-published.ts` says, and the settings above but `folds`, `seed` and `scheme` have no part in it. */
  readonly split?: 'ignored' | 'published'
  /** The largest says how many nominal units train; null or absent for all that may. */
  readonly shots?: readonly number[] | null
  /** Supports drawn for each fold, where there are `shots`. */
  readonly draws: number
  /** `support`: nominal units that train choose the threshold too, where there are `shots`; whoever scores them leaves each out. */
  readonly thresholdFrom: 'set' | 'support'
}

export type { FoldPlan, Pair } from './fold-plan.ts'

export const splitDefaults: SplitOptions = {
  folds: 5,
  seed: 0,
  scheme: 'random',
  minTrain: 0.5,
  merged: true,
  draws: 3,
  thresholdFrom: 'set',
}

/**
 * Plans all folds; with `shots`, `draws` of them for each.
 *
 * @throws {UsageError} `published` without a published split.
 * @throws {StatisticalError} No anomalous or no nominal images, or fewer than 10 images a side in a half.
 * Cost: O(folds * n log n).
 */
export function planFolds(units: readonly Unit[], options: SplitOptions): readonly FoldPlan[] {
  refuseHopeless(units)
  const { shots, draws, seed, thresholdFrom } = options
  const plans = planWhole(units, options)
  if (shots == null) return plans
  return drawSupports(plans, units, { shots: Math.max(...shots), draws, seed, thresholdFrom })
}

function planWhole(units: readonly Unit[], options: SplitOptions): readonly FoldPlan[] {
  const { split, scheme, by } = options
  if (split === 'published') return planPublished(units, options)
  if (scheme === 'leave-out' && by != null) return planLeaveOut(units, { ...options, by })
  return planDrawn(units, options)
}

function planDrawn(units: readonly Unit[], options: SplitOptions): readonly FoldPlan[] {
  const sorted = [...units].sort((x, y) => (x.id < y.id ? -1 : x.id > y.id ? 1 : 0))
  const turns = new Map(sorted.map((unit) => [unit.id, { heldOut: 0, inference: 0 }]))
  const plans: FoldPlan[] = []
  let isScarce = false
  for (let fold = 0; fold < options.folds; fold++) {
    const plan = planFold(sorted, options, fold, isScarce ? turns : null, plans.at(-1))
    for (const role of ['threshold', 'inference'] as const) {
      for (const id of plan.unitIds[role]) {
        mustGet(turns, id).heldOut++
        if (role === 'inference') mustGet(turns, id).inference++
      }
    }
    // As soon as anomalous units sit out, the ones with the fewest turns go first.
    isScarce ||= plan.satOut.anomalous > 0
    plans.push(plan)
  }
  return plans
}

/** Units that were in inference in no fold, by whether they hold nominal or anomalous images. */
export function neverInInference(
  units: readonly Unit[],
  plans: readonly FoldPlan[],
): { nominal: number; anomalous: number } {
  const seen = new Set(plans.flatMap((plan) => plan.unitIds.inference))
  const never = units.filter((unit) => !seen.has(unit.id))
  return {
    nominal: never.filter((unit) => unit.nominal.length > 0).length,
    anomalous: never.filter((unit) => unit.anomalous.length > 0).length,
  }
}

/**
 * Where units are lumpy (many images, both labels), some draws leave a half with few images: of this many draws the one
 * whose smallest side is largest is taken. A draw in which every anomalous unit has a role and no image is out of
 * balance is taken at once, so equal units are always drawn once.
 */
const attempts = 24

type Turns = ReadonlyMap<string, { heldOut: number; inference: number }>

function planFold(
  units: readonly Unit[],
  options: SplitOptions,
  fold: number,
  turns: Turns | null,
  previous: FoldPlan | undefined,
): FoldPlan {
  const candidates = units.map((unit): Candidate => {
    const isPublishedTest = unit.nominal.some((sample) => sample.split === 'test')
    const trains = unit.nominal.length > 0 && (options.merged || !isPublishedTest)
    return {
      unit,
      nominal: unit.nominal.length,
      anomalous: unit.anomalous.length,
      trains,
      tier: options.merged || isPublishedTest || unit.anomalous.length > 0 ? 0 : 1,
      turns: turns?.get(unit.id) ?? { heldOut: 0, inference: 0 },
    }
  })
  const trainable = candidates.filter((c) => c.trains).length
  const budget = Math.min(
    trainable - Math.ceil(options.minTrain * trainable - 1e-9),
    Math.max(0, trainable - 1),
  )
  const swapped = options.scheme === 'rotate' && fold % 2 === 1 ? previous : undefined

  const isLumpy = units.some((unit) => unit.nominal.length + unit.anomalous.length > 1)
  let best: FoldPlan | undefined
  for (let attempt = 0; best === undefined || attempt < (isLumpy ? attempts : 1); attempt++) {
    const random = createRandom(options.seed, 'split', fold, attempt)
    const halves = drawHalves(candidates, turns !== null, random, swapped)
    const filled = fillHalves(halves, budget)
    const plan = toPlan(fold, candidates, filled[0]!, filled[1]!)
    if (!best || smallest(plan) > smallest(best)) best = plan
    if (isIdeal(plan)) break
  }
  if (smallest(best) >= minimumPerHalf) return best
  throw tooFew(units, best, options, trainable)
}

/** Inference first, then threshold: who holds anomalies in each half, and in which order nominal units are drawn. */
function drawHalves(
  candidates: readonly Candidate[],
  rotating: boolean,
  random: Random,
  swapped: FoldPlan | undefined,
) {
  const holders = candidates.filter((c) => c.anomalous > 0)
  const nominal = random.shuffleInPlace(candidates.filter((c) => c.anomalous === 0))
  const fresh = halveByStratum(holders, rotating && !swapped, random)
  if (!swapped) {
    return [
      { anomalous: fresh.inference, nominal, fewestTurns: 'first' as const },
      { anomalous: fresh.threshold, nominal, fewestTurns: 'last' as const },
    ]
  }
  const wasThreshold = new Set(swapped.unitIds.threshold)
  const wasInference = new Set(swapped.unitIds.inference)
  const order = [...fresh.inference, ...fresh.threshold]
  return [
    { anomalous: order.filter((c) => wasThreshold.has(c.unit.id)), nominal, fewestTurns: 'first' as const },
    { anomalous: order.filter((c) => wasInference.has(c.unit.id)), nominal, fewestTurns: 'last' as const },
  ]
}

/** Every anomalous unit has a role, in exact balance. */
function isIdeal(plan: FoldPlan): boolean {
  const { threshold, inference } = plan.counts
  const isBalanced = threshold[0] === threshold[1] && inference[0] === inference[1]
  return isBalanced && smallest(plan) >= minimumPerHalf && plan.satOut.anomalous === 0
}

const smallest = (plan: FoldPlan): number => Math.min(...plan.counts.threshold, ...plan.counts.inference)
function refuseHopeless(units: readonly Unit[]): void {
  if (!units.some((unit) => unit.anomalous.length > 0)) {
    throw new StatisticalError(
      'There are no anomalous images, and an evaluation needs them: at least 20, half to choose the threshold and half ' +
        'to judge it. Without any, `plumbline train --threshold conformal` sets a threshold from nominal images alone; it ' +
        'controls false alarms but says nothing of escapes.',
    )
  }
  if (!units.some((unit) => unit.nominal.length > 0)) {
    throw new StatisticalError(
      'There are no nominal images: nothing to train on and nothing to compare defects with.',
    )
  }
}

function tooFew(
  units: readonly Unit[],
  plan: FoldPlan,
  options: SplitOptions,
  trainable: number,
): StatisticalError {
  const images = {
    nominal: sum(units, (u) => u.nominal.length),
    anomalous: sum(units, (u) => u.anomalous.length),
  }
  const holding = {
    nominal: units.filter((u) => u.nominal.length > 0).length,
    anomalous: units.filter((u) => u.anomalous.length > 0).length,
  }
  const needed = 2 * minimumPerHalf
  const [tn, ta] = plan.counts.threshold
  const [hn, ha] = plan.counts.inference
  const isPerImage = images.nominal + images.anomalous === units.length
  const suffices =
    `${needed} anomalous and ${Math.ceil(needed / (1 - options.minTrain))} nominal images` +
    (isPerImage ? '' : ', spread over enough parts that they can be divided without splitting a part,')
  const spare = isPerImage && options.merged && images.anomalous >= needed && images.nominal > needed
  const hint = spare
    ? ` Or give up training images: --min-train ${(Math.floor((1 - needed / trainable) * 100) / 100).toString()} would do.`
    : ''
  return new StatisticalError(
    `Too few samples to evaluate: fold ${plan.fold} would choose its threshold on ${tn} nominal and ${ta} anomalous images ` +
      `and be judged on ${hn} nominal and ${ha} anomalous ones, where at least ${minimumPerHalf} of each are needed in both. ` +
      `There are ${images.nominal} nominal images in ${holding.nominal} units and ${images.anomalous} anomalous images in ` +
      `${holding.anomalous} units, and ${Math.round(options.minTrain * 100)} % of the nominal units are kept for training. ` +
      `Sufficient: ${suffices} at this --min-train.${hint}`,
  )
}
