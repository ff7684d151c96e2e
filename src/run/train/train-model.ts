/** One model on every nominal image, its threshold included where the data allows one. */
import { join } from 'node:path'
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Detector } from '../../detector/detector.ts'
import { saveModel } from '../../detector/model-folder.ts'
import { openScratchFolder, removeScratch } from '../../detector/scratch-folder.ts'
import { InputError, StatisticalError } from '../../errors.ts'
import { createChooser } from '../../evaluate/thresholds/choose-threshold.ts'
import { thresholdGuarantee } from '../../evaluate/thresholds/threshold-guarantee.ts'
import { groupUnits } from '../../evaluate/units.ts'
import { sha256 } from '../../files/hash.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import { createRandom } from '../../math/random.ts'
import { statedFactory } from '../../options/factory-options.ts'
import { type ThresholdRequest, thresholdSettings } from '../../options/operating-point.ts'
import { makeRequest } from '../../options/request.ts'
import { type TrainOptions, trainAsk } from '../../options/requests/train.ts'
import { quietTask, type Task } from '../../task.ts'
import { version } from '../../version.ts'
import type { ModelCard } from '../../wire/model.ts'
import { claimFolder } from '../folder/claim-folder.ts'
import { resumeFolder } from '../folder/fold-record.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import { createRangeSampler } from '../folder/map-range.ts'
import { openRun } from '../open/open-run.ts'
import { type CrossFitted, crossFit } from './cross-fit.ts'

/**
 * Writes the model folder. Where the policy needs defects and there are none, the model is saved without a threshold.
 *
 * @throws {InputError} The dataset, or no nominal image in it that can be read.
 * @throws {StatisticalError} The policy refuses: too few nominals for what it promises.
 * @throws {UsageError} @throws {ModelError} @throws {CancelledError} As `evaluateDataset`.
 */
export async function trainModel(options: TrainOptions, task: Task = quietTask): Promise<ModelCard> {
  const request = await makeRequest(trainAsk, options)
  const choose = createChooser(thresholdSettings(request), statedFactory(request))
  await claimFolder(request.out, 'model')
  const run = await openRun({ ...request, unit: 'auto' }, task)
  const { configured, seen, vision, machine } = run
  try {
    const nominal = seen.samples.filter(({ label }) => label === 'nominal')
    if (nominal.length === 0) throw new InputError(request.dataset, 'holds no nominal image that can be read')

    const { fingerprint, ...card } = run.card
    const { seed, device } = request
    const { detector: method, backbone, input } = card
    const key = sha256(JSON.stringify([version, method, backbone, input, seed, device, fingerprint]))
    /** Goes once the model is whole; until then an interrupted training goes on from what is in it. */
    const scratchOf = (name: string) =>
      openScratchFolder(join(resumeFolder(request.out), name), sha256(`${key} ${name}`), task)

    const units = groupUnits(seen.samples, run.unit)
    const shareScratch = (share: number) => scratchOf(`share-${share}`)
    const scored = await crossFit(units, configured, vision, seed, machine, shareScratch, task)
    const threshold = scored && thresholdOf(scored, choose, request, task)
    const random = createRandom(seed, 'train')
    const detector = await configured.method.fit(
      { samples: nominal, vision, random, task, scratch: scratchOf('whole'), ...machine },
      configured.options,
    )
    try {
      const saved = await saveModel(
        request.out,
        {
          ...card,
          threshold,
          mapScale: scored?.mapScale ?? (await scaleOf(detector, nominal, vision, task)),
          dataset: run.understood,
          trained: {
            images: nominal.length,
            fingerprint,
            seed,
          },
        },
        detector.save(),
        run.backbone,
      )
      await removeScratch(resumeFolder(request.out))
      return saved
    } finally {
      await detector.close()
    }
  } finally {
    await vision.close()
  }
}

/** The colour scale where nothing could be held back: of the images the model has learnt. */
async function scaleOf(
  detector: Detector,
  samples: readonly Sample[],
  vision: Vision,
  task: Task,
): Promise<ScoreRange> {
  const sampler = createRangeSampler()
  const inspector = createInspector({ detector, vision, operating: null })
  for await (const outcome of inspector.inspectMany(samples, { task })) {
    if (outcome.ok) sampler.add(outcome.value.map(), outcome.value.frame, true)
  }
  return sampler.range()
}

function thresholdOf(
  { scores, labels, shares, isLeaveOneOut }: CrossFitted,
  choose: ReturnType<typeof createChooser>,
  request: ThresholdRequest,
  task: Task,
): ModelCard['threshold'] {
  const settings = thresholdSettings(request)
  const anomalous = labels.reduce((sum: number, label) => sum + label, 0)
  try {
    const { threshold, reviewThreshold } = choose(scores, labels)
    if (!Number.isFinite(threshold)) {
      task.note(`threshold: ${settings.policy} would call nothing anomalous; the model has no threshold`)
      return null
    }
    return {
      policy: settings.policy,
      value: threshold,
      review: reviewThreshold,
      guarantee: thresholdGuarantee(settings),
      nominal: labels.length - anomalous,
      anomalous,
      source: `scores of models that had not seen the image (${isLeaveOneOut ? 'each unit left out alone' : `${shares}-fold cross-fitting over whole units`})`,
    }
  } catch (error) {
    const needsDefects = error instanceof StatisticalError && anomalous === 0
    const isNominalPolicy = ['conformal', 'neyman-pearson', 'max-fpr', 'sigma'].includes(settings.policy)
    if (!needsDefects || isNominalPolicy) throw error
    task.note(`no threshold: ${error.message}`)
    return null
  }
}
