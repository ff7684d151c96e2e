/** `plan.json`: from what the detectors of every size said to what more photographs would buy. */

import { StatisticalError } from '../../errors.ts'
import type { FoldInput, FoldResult } from '../../evaluate/evaluate-fold.ts'
import { evaluateFold } from '../../evaluate/evaluate-fold.ts'
import type { FoldPlan } from '../../evaluate/fold-plan.ts'
import type { MergeDecision } from '../../evaluate/merge-test.ts'
import { defectiveCurve } from '../../evaluate/plan/defective-curve.ts'
import { defectiveSizes, defectiveUnits, fewerDefectives } from '../../evaluate/plan/fewer-defectives.ts'
import { partsToExpect, proofTable } from '../../evaluate/plan/how-many.ts'
import { nominalCurve } from '../../evaluate/plan/nominal-curve.ts'
import { planSentences } from '../../evaluate/plan/plan-sentences.ts'
import { largerSizes } from '../../evaluate/plan/plan-sizes.ts'
import { resampleCurves, type SizedResults } from '../../evaluate/plan/resample-curves.ts'
import { unitsByLabel } from '../../evaluate/unit-strata.ts'
import { createRandom } from '../../math/random.ts'
import { thresholdRecord } from '../../options/operating-point.ts'
import type { PlanRequest } from '../../options/requests/plan.ts'
import { present } from '../../present.ts'
import type { Task } from '../../task.ts'
import { version } from '../../version.ts'
import type { Plan, PlanProof } from '../../wire/plan.ts'
import { foldInput } from '../evaluate/compose-evaluation.ts'
import { describeImages, describeMachine } from '../evaluate/describe-run.ts'
import type { OpenEvaluation } from '../evaluate/open-evaluation.ts'
import { type SupportRecord, scoresOf } from './work-supports.ts'

/** What was scored at one number of good units: `draws` plans to a fold, one after the other. */
export interface WorkedSize {
  readonly units: number
  readonly draws: number
  readonly plans: readonly FoldPlan[]
  readonly records: readonly SupportRecord[]
}

export interface PlanFacts {
  readonly merge: MergeDecision
  readonly draws: number
}

const defectiveDraws = 4
/** Proofs are told for none wrong, one, and so on up to so many. */
const mostWrong = 5

/**
 * @throws {StatisticalError} A figure is undefined at some size, so that there is no curve.
 * Cost: two bootstraps; a few seconds for some thousand images.
 */
export function composePlan(
  worked: readonly WorkedSize[],
  run: OpenEvaluation,
  request: PlanRequest,
  facts: PlanFacts,
  task: Task,
): Plan {
  const { settings, card } = run
  const sized = worked.map((size) => resultsOf(size, run))
  const results = sized.flatMap(({ folds }) => folds.flat())
  const level = results.every(({ part }) => part !== null) ? 'part' : 'image'
  const random = createRandom(request.seed, 'plan')
  const curves = resampleCurves(sized, level, settings, random.fork('curves'), task)
  const whole = present(sized.at(-1), 'results with all good units')
  const judged = unitsByLabel(
    whole.folds.flat().map((result) => present(result[level], 'results of a level').rows.inference),
  )
  const nominal = nominalCurve(sized, curves, judged)
  const now = present(
    nominal.points.find(({ more }) => more === 0),
    'the point of now',
  )

  const inputs = inputsOf(present(worked.at(-1), 'the size of all good units'))
  const all = defectiveUnits(inputs, settings)
  const options = { level, settings, random: random.fork('defective'), draws: defectiveDraws } as const
  const fewer = fewerDefectives(inputs, defectiveSizes(all), options, task)
  const points = defectiveCurve(fewer, largerSizes(all), random.fork('carry'))
  if (points === null) {
    throw new StatisticalError(
      'Too few defective units to see how intervals shrink: with a part of them a figure is undefined. Photograph more defective parts.',
    )
  }
  const train = run.units.filter(({ nominal: own }) => own.length > 0)
  const images = train.reduce((sum, { nominal: own }) => sum + own.length, 0)
  const failures = [
    ...run.failures,
    ...worked.flatMap(({ records }) => records.flatMap((each) => each.failures)),
  ]
  const plan: Omit<Plan, 'answer'> = {
    plumbline: version,
    createdAt: request.createdAt,
    command: request.command,
    seed: request.seed,
    dataset: {
      ...describeImages(run),
      failures: [...new Map(failures.map((failure) => [failure.path, failure])).values()],
    },
    detector: { id: card.detector.id, options: card.detector.options },
    backbone: card.backbone,
    input: card.input,
    protocol: {
      folds: whole.folds.length,
      draws: facts.draws,
      unit: settings.unit,
      level,
      threshold: thresholdRecord({ ...request, reviewEscape: null }),
      merged: facts.merge.merged,
      minTrain: request.minTrain,
    },
    nominal: { ...nominal, imagesPerUnit: images / Math.max(1, train.length) },
    defective: { now: all, points: [...points] },
    proofs: {
      escape: proofOf(request.maxEscape, request.confidence, now.escapeRate.value),
      overkill: proofOf(request.maxOverkill, request.confidence, now.overkillRate.value),
    },
    seconds: 0, // told by whoever knows when it began
    environment: describeMachine(request),
  }
  return { ...plan, answer: planSentences(plan) }
}

function resultsOf(size: WorkedSize, { settings }: OpenEvaluation): SizedResults {
  const all = inputsOf(size).map((input) => evaluateFold(input, settings))
  const folds: FoldResult[][] = []
  for (let start = 0; start < all.length; start += size.draws)
    folds.push(all.slice(start, start + size.draws))
  return { units: size.units, folds }
}

const inputsOf = ({ plans, records }: WorkedSize): readonly FoldInput[] =>
  plans.map((plan, i) => foldInput(plan, scoresOf(records[i]!)))

/** @param rate - Measured; null where nothing was. */
export function proofOf(bound: number, confidence: number, rate: number | null): PlanProof {
  const finite = ({ wrong, parts }: { wrong: number; parts: number }) => ({
    wrong,
    parts: Number.isFinite(parts) ? parts : null,
  })
  const expected = rate === null ? null : partsToExpect(bound, confidence, rate)
  return {
    bound,
    confidence,
    parts: proofTable(bound, confidence, mostWrong).map(finite),
    rate,
    expected: expected && finite(expected),
  }
}
