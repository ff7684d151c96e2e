/**
 * `npx tsx bench/plan-simulation.bench.ts [rounds] [anomalous]`: do the intervals of `plan` hold the truth where the truth is known?
 *
 * Scores are normal: an image has its lasting part, and noise that every detector draws anew; anomalous ones are shifted by a separation
 * that follows a law of the number of good units and strays from support to support. One law is the inverse power that `plan` expects,
 * one goes on rising by doublings, one is flat, and one bends late. The truth is the mean AUROC over supports in closed form.
 */
import { cpus } from 'node:os'
import type { Sample } from '../src/dataset/sample.ts'
import { evaluateFold, type FoldResult, type FoldSettings } from '../src/evaluate/evaluate-fold.ts'
import { nominalCurve } from '../src/evaluate/plan/nominal-curve.ts'
import { resampleCurves, type SizedResults } from '../src/evaluate/plan/resample-curves.ts'
import { planFolds, splitDefaults } from '../src/evaluate/split.ts'
import { createChooser } from '../src/evaluate/thresholds/choose-threshold.ts'
import { groupUnits } from '../src/evaluate/units.ts'
import { normalCdf } from '../src/math/distributions.ts'
import { createRandom, type Random } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'

const [rounds = 40, anomalous = 60] = process.argv.slice(2).map(Number)
/** Not the seed with which the method was developed. */
const seed = 7
const sizes = [8, 16, 32, 64, 128]
const told = [128, 256, 512]
const noise = 0.5
const laws: Readonly<Record<string, (units: number) => number>> = {
  'inverse power': (units) => 2.6 - 4 * units ** -0.5,
  'rising with every doubling': (units) => 0.6 + 0.233 * Math.log2(units),
  flat: () => 1.8,
  'bending late': (units) => 1.2 + 1.4 / (1 + (80 / units) ** 2),
}
/** How far separations stray from support to support. */
const straying = (units: number): number => 0.9 / Math.sqrt(units)

const factory = { prevalence: 0.01, costEscape: 1, costOverkill: 1, partialFpr: 0.1 }
const youden = { policy: 'youden', alpha: 0.05, delta: 0.05, sigmaK: 3, reviewEscape: null } as const
const settings: FoldSettings = {
  ...{ unit: 'image', partsKnown: false, partScore: { rule: 'max' }, ...factory },
  choose: createChooser(youden, factory),
}
const samplesOf = (label: Sample['label'], count: number): Sample[] =>
  Array.from({ length: count }, (_, i) => {
    const id = `${label}-${String(i).padStart(5, '0')}`
    const nothing = { part: null, defect: null, mask: null, foreground: null, split: null, attributes: {} }
    return { id, path: id, label, ...nothing }
  })
const samples = [...samplesOf('nominal', 3 * anomalous), ...samplesOf('anomalous', anomalous)]

function simulate(law: (units: number) => number, round: number, random: Random): SizedResults[] {
  const lasting = new Map(samples.map((sample) => [sample, random.normal()]))
  const plans = planFolds(groupUnits(samples, 'image'), { ...splitDefaults, folds: 4, seed: round })
  const foldAt = (plan: (typeof plans)[number], units: number): FoldResult => {
    const separation = law(units) + straying(units) * random.normal()
    const scored = (role: readonly Sample[]) =>
      role.map((sample) => {
        const shift = sample.label === 'anomalous' ? separation : 0
        return { sample, score: (lasting.get(sample) ?? 0) + noise * random.normal() + shift }
      })
    const [threshold, inference] = [scored(plan.threshold), scored(plan.inference)]
    return evaluateFold({ plan, threshold, inference, pixel: null, seconds: { fit: 0, score: 0 } }, settings)
  }
  return sizes.map((units) => ({
    units,
    folds: plans.map((plan) => [foldAt(plan, units), foldAt(plan, units)]),
  }))
}

function truthAt(law: (units: number) => number, units: number): number {
  const random = createRandom(seed, 'truth', units)
  const areas = Array.from({ length: 4000 }, () => {
    const separation = law(units) + straying(units) * random.normal()
    return normalCdf(separation / Math.sqrt(2 * (1 + noise ** 2)))
  })
  return areas.reduce((sum, area) => sum + area, 0) / areas.length
}

console.log(
  `${rounds} plans each, ${anomalous} anomalous and ${3 * anomalous} nominal images, ${sizes.join(', ')} units train, seed ${seed}; ` +
    `${cpus()[0]!.model}, Node ${process.version}`,
)
console.log('| law | good units | true AUROC | width, mean | held the truth |')
console.log('| --- | ---: | ---: | ---: | ---: |')
for (const [name, law] of Object.entries(laws)) {
  const plans = Array.from({ length: rounds }, (_, round) => {
    const random = createRandom(seed, name, round)
    const sized = simulate(law, round, random)
    const curves = resampleCurves(sized, 'image', settings, random.fork('bootstrap'), quietTask, 100)
    return nominalCurve(sized, curves, [anomalous, anomalous])
  })
  for (const units of told) {
    const truth = truthAt(law, units)
    const intervals = plans.flatMap(({ points }) =>
      points.filter((point) => point.units === units).map(({ auroc }) => auroc.ci),
    )
    const held = intervals.filter(([low, high]) => low <= truth && truth <= high).length
    const width = intervals.reduce((sum, [low, high]) => sum + high - low, 0) / intervals.length
    const cells = [
      name,
      `${units} (${units / 128} times)`,
      truth.toFixed(3),
      width.toFixed(3),
      `${held} of ${intervals.length}`,
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}
