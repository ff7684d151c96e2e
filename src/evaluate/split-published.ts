/**
 * `--split published`: the split that a dataset was published with, as papers use it, but for the threshold.
 *
 * The nominal images of the published train split train, the same in every fold. The published test split is halved at random, by whole
 * units and stratified by kind of defect: one half chooses the threshold, the other is judged. What was published for validation, and
 * anomalous images among those to train on, have no role. Nothing is balanced: the mix is the publisher's.
 *
 * What this flatters: the training images are always the same, so the spread between folds is that of the halves alone and every
 * interval is too narrow; and the choice of the split was somebody's.
 */
import { StatisticalError, UsageError } from '../errors.ts'
import { createRandom } from '../math/random.ts'
import { type Candidate, minimumPerHalf } from './fill-halves.ts'
import { type FoldPlan, sum, toPlan } from './fold-plan.ts'
import { halveByStratum } from './halve-by-stratum.ts'
import type { Unit } from './units.ts'

export interface PublishedOptions {
  readonly folds: number
  readonly seed: number
  readonly scheme: 'random' | 'rotate' | 'leave-out'
}

/** What of a unit has a role: a part that was published in both splits is judged, and does not train. */
function candidateOf(unit: Unit): Candidate | null {
  const of = (split: string, samples: Unit['nominal']) => samples.filter((sample) => sample.split === split)
  const isTest = [...unit.nominal, ...unit.anomalous].some(({ split }) => split === 'test')
  const nominal = of(isTest ? 'test' : 'train', unit.nominal)
  const anomalous = isTest ? of('test', unit.anomalous) : []
  if (nominal.length + anomalous.length === 0) return null
  return {
    unit: { ...unit, nominal, anomalous, strata: anomalous.length > 0 ? unit.strata : [] },
    nominal: nominal.length,
    anomalous: anomalous.length,
    trains: !isTest,
    tier: 0,
    turns: { heldOut: 0, inference: 0 },
  }
}

/** @throws {UsageError} No published split. @throws {StatisticalError} Fewer than 10 images a side in a half. */
export function planPublished(units: readonly Unit[], options: PublishedOptions): readonly FoldPlan[] {
  const { folds, seed, scheme } = options
  const candidates = [...units]
    .sort((x, y) => (x.id < y.id ? -1 : 1))
    .flatMap((unit) => candidateOf(unit) ?? [])
  const test = candidates.filter(({ trains }) => !trains)
  if (test.length === 0 || test.length === candidates.length)
    throw new UsageError(
      '--split published: the dataset has no published split with images to train on and images to test on; leave the option out',
    )
  const plans: FoldPlan[] = []
  let previous: readonly [readonly Candidate[], readonly Candidate[]] | null = null
  for (let fold = 0; fold < folds; fold++) {
    const halves: readonly [readonly Candidate[], readonly Candidate[]] =
      scheme === 'rotate' && fold % 2 === 1 && previous !== null
        ? [previous[1], previous[0]]
        : halve(test, seed, fold)
    previous = halves
    const [inference, threshold] = halves
    const plan = toPlan(fold, candidates, inference, threshold)
    if (Math.min(...plan.counts.threshold, ...plan.counts.inference) < minimumPerHalf) throw tooFew(test)
    plans.push(plan)
  }
  return plans
}

function halve(
  test: readonly Candidate[],
  seed: number,
  fold: number,
): readonly [readonly Candidate[], readonly Candidate[]] {
  const random = createRandom(seed, 'split published', fold)
  const holders = halveByStratum(
    test.filter(({ anomalous }) => anomalous > 0),
    false,
    random,
  )
  const nominal = random.shuffleInPlace(test.filter(({ anomalous }) => anomalous === 0))
  const middle =
    nominal.length % 2 === 0 ? nominal.length / 2 : (nominal.length + random.integer(2) * 2 - 1) / 2
  return [
    [...holders.inference, ...nominal.slice(0, middle)],
    [...holders.threshold, ...nominal.slice(middle)],
  ]
}

function tooFew(test: readonly Candidate[]): StatisticalError {
  return new StatisticalError(
    `The published test split holds ${sum(test, ({ nominal }) => nominal)} nominal and ${sum(test, ({ anomalous }) => anomalous)} anomalous images; ` +
      `halved, fewer than ${minimumPerHalf} of one label would choose the threshold or be judged. Leave --split published out: images of every published split then take turns.`,
  )
}
