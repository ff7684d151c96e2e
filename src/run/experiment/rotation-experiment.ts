/**
 * Does a detector know a part that it sees turned? Section 3.5 of Hönel and Nordqvist, "From Lab to Factory", with roles kept
 * apart and intervals.
 *
 * Two arms on the same folds, each a run like any other. Both judge anomalous images as they are, and nominal ones upright and
 * turned. The first has trained, and chosen its threshold, on upright images only; the second on turned copies as well.
 */
import { join } from 'node:path'
import type { Sample } from '../../dataset/sample.ts'
import { aggregate } from '../../evaluate/aggregate.ts'
import { compareRuns, type Difference } from '../../evaluate/compare.ts'
import type { FoldResult, FoldSettings } from '../../evaluate/evaluate-fold.ts'
import type { MergeDecision } from '../../evaluate/merge-test.ts'
import { type FoldPlan, planFolds, splitDefaults } from '../../evaluate/split.ts'
import { groupUnits, unitId } from '../../evaluate/units.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { sha256 } from '../../files/hash.ts'
import type { GuardrailRun } from '../../guardrail/contract.ts'
import { createRandom } from '../../math/random.ts'
import { makeRequest } from '../../options/request.ts'
import type { EvaluateRequest } from '../../options/requests/evaluate.ts'
import { type RotationOptions, rotationAsk } from '../../options/requests/rotation.ts'
import { buildReport } from '../../report/build-report.ts'
import { rotationPage } from '../../report/rotation-page.ts'
import { quietTask, type Task } from '../../task.ts'
import { version } from '../../version.ts'
import type { Evaluation } from '../../wire/evaluation.ts'
import type { Rotation, RotationRow } from '../../wire/rotation.ts'
import { composeEvaluation, resultOfFold, resultsOfFolds } from '../evaluate/compose-evaluation.ts'
import { drawGallery } from '../evaluate/draw-gallery.ts'
import { findingsOf } from '../evaluate/findings.ts'
import { decideMergeOf } from '../evaluate/merge-step.ts'
import { type OpenEvaluation, openEvaluation } from '../evaluate/open-evaluation.ts'
import { quickCheck } from '../evaluate/quick-check.ts'
import { colourScale, workFolds } from '../evaluate/work-fold.ts'
import { claimFolder } from '../folder/claim-folder.ts'
import { finishFolder } from '../folder/finish-folder.ts'
import type { FoldRecord } from '../folder/fold-record.ts'
import { writeResults } from '../folder/write-results.ts'
import { openSamples } from '../open/open-samples.ts'
import { rotationConclusion } from './rotation-conclusion.ts'
import { rotationScores } from './rotation-scores.ts'
import { rotationColumn, upright, writeTurnedDataset } from './turned-dataset.ts'

interface Arm {
  readonly name: 'upright' | 'turned'
  readonly plans: readonly FoldPlan[]
}

interface ArmResult {
  readonly evaluation: Evaluation
  readonly records: readonly FoldRecord[]
  readonly results: readonly FoldResult[]
}

/**
 * Writes `dataset/`, the run folders `upright/` and `turned/`, `rotation.json` and `rotation.html`.
 *
 * @param options - As for an evaluation; `out` is the folder of the experiment.
 * @throws as `evaluateDataset`.
 */
export async function rotationExperiment(
  options: RotationOptions,
  task: Task = quietTask,
): Promise<Rotation> {
  const request = await makeRequest(rotationAsk, options)
  await claimFolder(request.out, 'experiment')
  const { samples } = await openSamples(request, task)
  const { manifest, rotations } = await writeTurnedDataset(samples, join(request.out, 'dataset'), task)
  const turnedRequest: EvaluateRequest = {
    ...request,
    shots: null,
    thresholdFrom: 'set',
    draws: splitDefaults.draws,
    by: null,
    dataset: manifest,
    layout: 'manifest',
    partPattern: null,
    parts: 'given',
    where: null,
    unit: 'part',
    keepModels: false,
  }
  const run = await openEvaluation(turnedRequest, task)
  try {
    const checked = await quickCheck(run, task)
    const { uprightPlans, turnedPlans, merge } = planArms(run, task)
    const uprightArm = runArm({ name: 'upright', plans: uprightPlans }, run, checked, merge, task)
    if (run.crew === null) await uprightArm // workers do both at once
    const turnedArm = runArm({ name: 'turned', plans: turnedPlans }, run, checked, merge, task)
    await Promise.allSettled([uprightArm, turnedArm])
    const [first, second] = [await uprightArm, await turnedArm]
    const data = ({ evaluation, results }: ArmResult, name: string) => ({
      name,
      evaluation,
      scores: results.flatMap(({ scoreRows }) => scoreRows.filter(({ role }) => role === 'inference')),
    })
    const comparison = compareRuns(
      data(second, 'turned'),
      data(first, 'upright'),
      createRandom(request.seed, 'rotation'),
      task,
    )
    const { auroc, overkillRate } = comparison.figures
    const rowsOf = (arm: ArmResult) => rotationRows(arm, rotations, run.settings, request.seed, task)
    const found = {
      upright: { run: 'upright', rows: rowsOf(first) },
      turned: { run: 'turned', rows: rowsOf(second) },
      gain: { auroc: difference(auroc), overkillRate: difference(overkillRate) },
      detector: run.configured.method.id,
    }
    const rotation: Rotation = {
      plumbline: version,
      createdAt: request.createdAt,
      command: request.command,
      dataset: request.dataset,
      backbone: first.evaluation.backbone.id,
      folds: request.folds,
      seed: request.seed,
      rotations: [...rotations],
      ...found,
      conclusion: [...rotationConclusion(found)],
    }
    await writeFileAtomic(join(request.out, 'rotation.json'), `${JSON.stringify(rotation, null, 2)}\n`)
    const scores = { upright: rotationScores(first.results), turned: rotationScores(second.results) }
    await writeFileAtomic(join(request.out, 'rotation.html'), rotationPage(rotation, scores))
    return rotation
  } finally {
    await run.vision.close()
  }
}

/**
 * Roles are drawn as if there were only the upright images. Turned copies join the inference role of their part in both arms,
 * and the two other roles in the second.
 */
function planArms(run: OpenEvaluation, task: Task) {
  const { seen, settings, request } = run
  const isUpright = ({ attributes }: Sample) => attributes[rotationColumn] === upright
  const standing = { ...seen, samples: seen.samples.filter(isUpright) }
  const merge = decideMergeOf({ ...run, seen: standing }, task)
  const plans = planFolds(groupUnits(standing.samples, settings.unit), { ...request, merged: merge.merged })
  const copies = seen.samples.filter((sample) => !isUpright(sample))
  const withCopies = (plan: FoldPlan, roles: readonly ('train' | 'threshold' | 'inference')[]): FoldPlan => {
    const joined = { ...plan }
    for (const role of roles) {
      const units = new Set(plan.unitIds[role])
      const own = copies.filter((sample) => units.has(unitId(sample, settings.unit)))
      joined[role] = [...plan[role], ...own].sort((a, b) => (a.id < b.id ? -1 : 1))
    }
    const count = (of: readonly Sample[]) => {
      const nominal = of.filter(({ label }) => label === 'nominal').length
      return [nominal, of.length - nominal] as const
    }
    const counts = {
      train: joined.train.length,
      threshold: count(joined.threshold),
      inference: count(joined.inference),
    }
    return { ...joined, counts }
  }
  return {
    merge,
    uprightPlans: plans.map((plan) => withCopies(plan, ['inference'])),
    turnedPlans: plans.map((plan) => withCopies(plan, ['train', 'threshold', 'inference'])),
  }
}

/** An evaluation with given plans: steps 2 to 5 of the protocol, and its run folder. */
async function runArm(
  { name, plans }: Arm,
  run: OpenEvaluation,
  checked: GuardrailRun,
  merge: MergeDecision,
  task: Task,
): Promise<ArmResult> {
  const started = performance.now()
  const out = join(run.out, name)
  const arm = { ...run, out, key: sha256(`${run.key} ${name}`) }
  const records = await workFolds(plans, arm, task)
  const results = resultsOfFolds(plans, records, run.settings)
  const seconds = Math.round(performance.now() - started) / 1000
  const facts = { merge, records, findings: findingsOf(run, checked, null), seconds }
  const evaluation = await composeEvaluation(results, arm, facts, task)
  await drawGallery(results, arm, colourScale(records), checked.pictures, task)
  await writeResults(out, evaluation, results)
  await buildReport(out, task)
  await finishFolder(out, null)
  return { evaluation, records, results }
}

/** The figures of an arm with the nominal images of one rotation, and of all of them. */
function rotationRows(
  { records, results, evaluation }: ArmResult,
  rotations: readonly number[],
  settings: FoldSettings,
  seed: number,
  task: Task,
): RotationRow[] {
  const row = (rotation: string, of: readonly FoldResult[]): RotationRow => {
    const images = of.flatMap(({ plan }) => plan.inference).filter(({ label }) => label === 'nominal')
    const { auroc, overkillRate } =
      rotation === 'all'
        ? evaluation.metrics.image
        : aggregate(of, settings, createRandom(seed, 'rotation', rotation), task).metrics.image
    return { rotation, images: new Set(images.map(({ id }) => id)).size, auroc, overkillRate }
  }
  const only = (rotation: string) =>
    results.map(({ plan }, i) => {
      const isJudged = ({ label, attributes }: Sample) =>
        label === 'anomalous' || attributes[rotationColumn] === rotation
      return resultOfFold({ ...plan, inference: plan.inference.filter(isJudged) }, records[i]!, settings)
    })
  return [
    ...[upright, ...rotations.map(String)].map((rotation) => row(rotation, only(rotation))),
    row('all', results),
  ]
}

const difference = ({ mean, ci, pValue, isDistinguishable }: Difference) => ({
  mean,
  ci,
  pValue,
  isDistinguishable,
})
