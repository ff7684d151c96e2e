/**
 * Simulated evaluations with a known truth: how often do intervals contain it?
 *
 * Scores are normal: an image of a unit has the unit's own effect (parts only), its own noise, and noise that every
 * refit draws anew; an anomalous one is shifted by a separation that varies from refit to refit. Given a fold's threshold and
 * separation, its escape rate, overkill rate and AUROC on an infinite test set are known in closed form; their mean over all
 * simulated evaluations is the expected figure of the whole procedure, which the intervals claim to contain.
 */
import type { Sample } from '../src/dataset/sample.ts'
import { levelMetrics } from '../src/evaluate/aggregate.ts'
import { evaluateFold, type FoldResult, type FoldSettings } from '../src/evaluate/evaluate-fold.ts'
import { clopperPearson } from '../src/evaluate/intervals/clopper-pearson.ts'
import { resampleUnits } from '../src/evaluate/resample-units.ts'
import { planFolds, splitDefaults } from '../src/evaluate/split.ts'
import { createChooser } from '../src/evaluate/thresholds/choose-threshold.ts'
import { groupUnits } from '../src/evaluate/units.ts'
import { normalCdf, tQuantile } from '../src/math/distributions.ts'
import { createRandom, type Random } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'

export interface Scenario {
  /** Anomalous units; there are `nominalPer` times as many nominal ones. */
  readonly anomalous: number
  readonly nominalPer: number
  /** 1: units are images. More: units are parts, whose images share 60 % of their variance. */
  readonly imagesPerPart: number
  readonly folds: number
  /** Distance of the means in standard deviations of an image's lasting score. */
  readonly separation: number
}

export const judgedFigures = ['auroc', 'balancedAccuracy', 'escapeRate', 'overkillRate'] as const
export type JudgedFigure = (typeof judgedFigures)[number]

export const methods = {
  correctedT: 'corrected t',
  bca: 'BCa, units',
  counts: 'n_test / rest',
  countsTrain: 'n_test / n_train',
  naiveT: 'naive t',
  imageBootstrap: 'image bootstrap',
  binomial: 'pooled binomial',
} as const
export type Method = keyof typeof methods

export interface Coverage {
  readonly scenario: Scenario
  readonly replicates: number
  readonly figures: readonly {
    readonly name: JudgedFigure
    readonly truth: number
    /** Share of evaluations whose interval holds the truth; null where a method does not apply. */
    readonly coverage: Readonly<Record<Method, number | null>>
    readonly meanWidth: number
  }[]
}

const refit = { perImage: 0.5, separation: 0.15 }
const shared = 0.6

type Ends = readonly [number | null, number | null]

/** Cost: replicates x resamples x folds x images. */
export function simulateCoverage(
  scenario: Scenario,
  replicates: number,
  resamples: number,
  seed: number,
): Coverage {
  const samples = makeSamples(scenario)
  const units = groupUnits(samples, scenario.imagesPerPart > 1 ? 'part' : 'image')
  const truths: Record<JudgedFigure, number>[] = []
  const intervals: Record<JudgedFigure, Record<Method, Ends | null>>[] = []
  for (let replicate = 0; replicate < replicates; replicate++) {
    const random = createRandom(seed, 'coverage', JSON.stringify(scenario), replicate)
    const plans = planFolds(units, { ...splitDefaults, folds: scenario.folds, seed: replicate })
    const lasting = drawLasting(samples, scenario, random)
    const separations: number[] = []
    const results = plans.map((plan) => {
      const separation = scenario.separation + refit.separation * random.normal()
      separations.push(separation)
      const score = (role: readonly Sample[]) =>
        role.map((sample) => ({
          sample,
          score:
            lasting.get(sample)! +
            refit.perImage * random.normal() +
            (sample.label === 'anomalous' ? separation : 0),
        }))
      return evaluateFold(
        {
          plan,
          threshold: score(plan.threshold),
          inference: score(plan.inference),
          pixel: null,
          seconds: { fit: 0, score: 0 },
        },
        settings(scenario),
      )
    })
    truths.push(truth(results, separations))
    intervals.push(intervalsOf(results, scenario, random, resamples))
  }
  return {
    scenario,
    replicates,
    figures: judgedFigures.map((name) => {
      const value = truths.reduce((sum, t) => sum + t[name], 0) / replicates
      const share = (method: Method): number | null => {
        const ends = intervals.map((entry) => entry[name][method])
        if (ends.some((end) => end === null)) return null
        return ends.filter((end) => (end![0] ?? 0) <= value && value <= (end![1] ?? 1)).length / replicates
      }
      const widths = intervals.map((entry) => entry[name].correctedT!)
      return {
        name,
        truth: value,
        coverage: Object.fromEntries(
          (Object.keys(methods) as Method[]).map((method) => [method, share(method)]),
        ) as Record<Method, number | null>,
        meanWidth: widths.reduce((sum, [low, high]) => sum + (high ?? 1) - (low ?? 0), 0) / replicates,
      }
    }),
  }
}

function makeSamples({ anomalous, nominalPer, imagesPerPart }: Scenario): readonly Sample[] {
  const make = (label: Sample['label'], units: number): Sample[] =>
    Array.from({ length: units * imagesPerPart }, (_, i) => {
      const unit = Math.floor(i / imagesPerPart)
      const id = `${label}-${String(i).padStart(6, '0')}`
      return {
        id,
        path: id,
        label,
        part: imagesPerPart > 1 ? `${label}-${unit}` : null,
        defect: label === 'anomalous' ? `type ${unit % 3}` : null,
        mask: null,
        foreground: null,
        split: null,
        attributes: {},
      }
    })
  return [...make('nominal', anomalous * nominalPer), ...make('anomalous', anomalous)]
}

/** The part of every image's score that all fitted models agree on; variance 1. */
function drawLasting(
  samples: readonly Sample[],
  { imagesPerPart }: Scenario,
  random: Random,
): Map<Sample, number> {
  const ofPart = new Map<string, number>()
  const between = imagesPerPart > 1 ? Math.sqrt(shared) : 0
  const within = Math.sqrt(1 - between ** 2)
  return new Map(
    samples.map((sample) => {
      const part = sample.part ?? sample.id
      if (!ofPart.has(part)) ofPart.set(part, random.normal())
      return [sample, between * ofPart.get(part)! + within * random.normal()]
    }),
  )
}

const factory = { prevalence: 0.01, costEscape: 1, costOverkill: 1, partialFpr: 0.1 }

function settings(scenario: Scenario): FoldSettings {
  return {
    unit: scenario.imagesPerPart > 1 ? 'part' : 'image',
    partsKnown: false,
    partScore: { rule: 'max' },
    ...factory,
    choose: createChooser(
      { policy: 'youden', alpha: 0.05, delta: 0.05, sigmaK: 3, reviewEscape: null },
      factory,
    ),
  }
}

function truth(results: readonly FoldResult[], separations: readonly number[]): Record<JudgedFigure, number> {
  const sd = Math.sqrt(1 + refit.perImage ** 2)
  const mean = (value: (fold: FoldResult, separation: number) => number): number =>
    results.reduce((sum, fold, k) => sum + value(fold, separations[k]!), 0) / results.length
  const escapeRate = mean((fold, separation) => normalCdf((fold.image.threshold - separation) / sd))
  const overkillRate = mean((fold) => 1 - normalCdf(fold.image.threshold / sd))
  return {
    auroc: mean((_, separation) => normalCdf(separation / (sd * Math.SQRT2))),
    balancedAccuracy: 1 - (escapeRate + overkillRate) / 2,
    escapeRate,
    overkillRate,
  }
}

function intervalsOf(
  results: readonly FoldResult[],
  scenario: Scenario,
  random: Random,
  resamples: number,
): Record<JudgedFigure, Record<Method, Ends | null>> {
  const fold = settings(scenario)
  const ours = levelMetrics(
    results,
    'image',
    fold,
    resampleUnits(results, 'image', fold, random, quietTask, resamples),
  )
  const perImage = resampleUnits(
    asIfImagesWereUnits(results),
    'image',
    { ...fold, choose: null },
    random,
    quietTask,
    resamples,
  )
  const { units } = results[0]!.plan
  const held = units.inference[0] + units.inference[1]
  const rest = units.train + units.threshold[0] + units.threshold[1]
  const k = results.length
  return Object.fromEntries(
    judgedFigures.map((name) => {
      const { mean, sd, ci, bootstrapCi } = ours[name]
      const t = (ratio: number): Ends => {
        const half = tQuantile(0.975, k - 1) * sd! * Math.sqrt(1 / k + ratio)
        return [mean! - half, mean! + half]
      }
      const sorted = perImage.figure(name).replicates.toSorted()
      const label = name === 'escapeRate' ? 1 : 0
      const pooled = results.flatMap(({ image }) =>
        [...image.rows.inference.scores].flatMap((score, i) =>
          image.rows.inference.labels[i] === label ? [score >= image.threshold === (label === 0)] : [],
        ),
      )
      const entry: Record<Method, Ends | null> = {
        correctedT: ci,
        bca: bootstrapCi,
        counts: t(held / rest),
        countsTrain: t(held / units.train),
        naiveT: t(0),
        imageBootstrap: [
          sorted[Math.floor(0.025 * sorted.length)]!,
          sorted[Math.ceil(0.975 * sorted.length) - 1]!,
        ],
        binomial: name.endsWith('Rate')
          ? (clopperPearson(pooled.filter(Boolean).length, pooled.length, 0.95) as Ends)
          : null,
      }
      return [name, entry]
    }),
  ) as Record<JudgedFigure, Record<Method, Ends | null>>
}

/** What the usual bootstrap does: every image its own unit, thresholds taken as given. */
function asIfImagesWereUnits(results: readonly FoldResult[]): readonly FoldResult[] {
  return results.map((result) => {
    const { threshold, inference } = result.image.rows
    const rows = {
      threshold: { ...threshold, clusters: threshold.ids },
      inference: { ...inference, clusters: inference.ids },
    }
    return { ...result, image: { ...result.image, rows } }
  })
}
