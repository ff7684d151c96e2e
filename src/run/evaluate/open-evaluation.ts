/** Everything an evaluation needs before its folds are planned: samples, eye, detector, settings, and the first look. */

import { datasetFingerprint } from '../../dataset/fingerprint.ts'
import type { Sample } from '../../dataset/sample.ts'
import { configureMethod } from '../../detector/methods.ts'
import type { FoldSettings } from '../../evaluate/evaluate-fold.ts'
import { parsePartScore } from '../../evaluate/part-score.ts'
import { createChooser } from '../../evaluate/thresholds/choose-threshold.ts'
import { partsKnown, resolveUnit } from '../../evaluate/units.ts'
import { sha256, sha256File } from '../../files/hash.ts'
import type { GuardrailRun } from '../../guardrail/contract.ts'
import { type EvaluateRequest, evaluateConfig } from '../../request.ts'
import type { Task } from '../../task.ts'
import { version } from '../../version.ts'
import type { Evaluation, Finding } from '../../wire/evaluation.ts'
import type { FoldRecord } from '../folder/fold-record.ts'
import { factorySettings } from '../open/factory-settings.ts'
import { lookAtAll } from '../open/look-at-all.ts'
import { readMasks } from '../open/mask-store.ts'
import { type Failure, openSamples } from '../open/open-samples.ts'
import { openRunVision } from '../open/open-vision.ts'
import { gatherActivations } from './activation-maps.ts'
import type { Facts } from './compose-evaluation.ts'
import { embeddedBackboneFinding, vanishedDefectsFinding } from './findings.ts'
import { isCompared } from './merge-step.ts'
import { quickCheck } from './quick-check.ts'
import type { FoldContext } from './work-fold.ts'

/**
 * @param isNew - Whether the dataset is to be checked; a run that is opened again has its findings.
 * @throws as `evaluateDataset`.
 */
export async function openEvaluation(request: EvaluateRequest, task: Task, isNew = true) {
  const factory = factorySettings(request, request.threshold)
  const choose = createChooser(request.threshold, factory)
  const configured = await configureMethod(request.detector, request.detectorOptions)
  const { dataset, samples, failures } = await openSamples(request, task)
  const unit = resolveUnit(samples, request.unit)
  const { vision, backbone } = await openRunVision(request, task, configured)
  try {
    const own = configured.method.stages(vision, configured.options)
    const stages = own.length > 0 ? own : vision.backbone.patchDefaults.stages
    const activations = gatherActivations(samples)
    const seen = await lookAtAll(samples, vision, stages, isCompared, task, activations.add)
    const masks = await readMasks(seen.samples, seen.frames, task)
    const checked = isNew ? await quickCheck(dataset, seen.samples, unit, vision, request, task) : unchecked
    const fingerprint = await datasetFingerprint(seen.samples, sha256File)

    const settings: FoldSettings = {
      ...factory,
      unit,
      partsKnown: partsKnown(seen.samples),
      partScore: parsePartScore(request.partScore),
      choose,
    }
    const input = { ...vision.size, fit: vision.fit }
    const detector = { id: request.detector, options: configured.options }
    const backboneCard = { id: backbone.id, weights: backbone.weightsId }
    const { out, threads, cache, 'keep-models': _, ...decisive } = evaluateConfig(request)
    const context: FoldContext = {
      run: request.out,
      configured,
      vision,
      masks,
      seed: request.seed,
      folds: request.folds,
      machine: { device: request.device, threads: request.threads },
      key: sha256(JSON.stringify([version, decisive, input, backboneCard, fingerprint])),
      card: {
        plumbline: version,
        createdAt: request.createdAt,
        detector,
        backbone: backboneCard,
        input,
        fingerprint,
      },
    }
    const facts = (
      records: readonly FoldRecord[],
      leakage: Finding | null,
    ): Pick<Facts, 'dataset' | 'detector' | 'backbone' | 'input' | 'findings'> => ({
      dataset: describeDataset(request, dataset.layout, seen.samples, fingerprint, [
        ...failures,
        ...seen.failures,
        ...masks.failures,
        ...records.flatMap((record) => record.failures),
      ]),
      detector,
      backbone: backboneCard,
      input,
      findings: [
        leakage,
        ...checked.report.findings,
        embeddedBackboneFinding(backbone),
        checked.report.findings.some(({ id }) => id === 'defect.size')
          ? null // says it, with the sizes
          : vanishedDefectsFinding(masks.vanished),
      ].filter((finding): finding is Finding => finding !== null),
    })
    const gallery = {
      command: request.command,
      detectorId: request.detector,
      activations: activations.maps(),
      pictures: checked.pictures,
    }
    return { settings, context, seen, vision, facts, gallery }
  } catch (error) {
    await vision.close()
    throw error
  }
}

const unchecked: GuardrailRun = {
  report: { findings: [], passed: [], skipped: [] },
  pictures: [],
  charts: [],
}

function describeDataset(
  request: EvaluateRequest,
  layout: string,
  samples: readonly Sample[],
  fingerprint: string,
  failures: readonly Failure[],
): Evaluation['dataset'] {
  const anomalous = samples.filter(({ label }) => label === 'anomalous').length
  const parts = new Set(samples.map(({ part, id }) => part ?? `image:${id}`)).size
  const distinct = new Map(failures.map((failure) => [`${failure.path}\n${failure.reason}`, failure]))
  return {
    path: request.dataset,
    layout,
    images: { nominal: samples.length - anomalous, anomalous },
    parts,
    partsKnown: partsKnown(samples),
    fingerprint,
    failures: [...distinct.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}
