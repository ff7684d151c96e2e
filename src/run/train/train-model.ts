/** One model on every nominal image, its threshold included where the data allows one. */
import { join } from 'node:path'
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Detector, DetectorMethod } from '../../detector/detector.ts'
import { saveModel } from '../../detector/model-folder.ts'
import { openScratchFolder, removeScratch } from '../../detector/scratch-folder.ts'
import { InputError } from '../../errors.ts'
import { createChooser } from '../../evaluate/thresholds/choose-threshold.ts'
import { groupUnits } from '../../evaluate/units.ts'
import { sha256 } from '../../files/hash.ts'
import { readSigner } from '../../files/signature.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import { regionLevel } from '../../inspect/regions.ts'
import { createRandom } from '../../math/random.ts'
import { statedFactory } from '../../options/factory-options.ts'
import { thresholdSettings } from '../../options/operating-point.ts'
import { makeRequest } from '../../options/request.ts'
import { type TrainOptions, trainAsk } from '../../options/requests/train.ts'
import { quietTask, type Task } from '../../task.ts'
import { version } from '../../version.ts'
import type { ModelCard } from '../../wire/model.ts'
import { evaluatedModel } from '../evaluate/evaluated-model.ts'
import { modelByFleet, sharesByFleet } from '../fleet/train-by-fleet.ts'
import { checkSameData } from '../folder/check-same-data.ts'
import { claimFolder } from '../folder/claim-folder.ts'
import { resumeFolder } from '../folder/fold-record.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import { createRangeSampler } from '../folder/map-range.ts'
import { createTrainingLooker } from '../open/look-at-training.ts'
import { openRun } from '../open/open-run.ts'
import { chooseThreshold } from './choose-threshold.ts'
import { crossFit } from './cross-fit.ts'
import { sharesHere } from './fit-share.ts'
import { trainingOf } from './training-of.ts'

/**
 * Writes the model folder. Where the policy needs defects and there are none, the model is saved without a threshold.
 *
 * @param methods - Detectors of one's own that the run may be of, with `fromRun`.
 * @throws {InputError} The dataset, or no nominal image in it that can be read; a run of another dataset.
 * @throws {StatisticalError} The policy refuses: too few nominals for what it promises.
 * @throws {UsageError} @throws {ModelError} @throws {CancelledError} As `evaluateDataset`.
 */
export async function trainModel(
  options: TrainOptions,
  task: Task = quietTask,
  methods: readonly DetectorMethod[] = [],
): Promise<ModelCard> {
  const training = await trainingOf(await makeRequest(trainAsk, options), methods)
  const { request } = training
  const choose = createChooser(thresholdSettings(request), statedFactory(request))
  const signer = request.sign === null ? null : await readSigner(request.sign)
  await claimFolder(request.out, 'model')
  const run = await openRun(request, task)
  const { configured, seen, vision, machine } = run
  try {
    if (training.run !== null) checkSameData(training.run.folder, training.run.evaluation, run.card)
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
    const tools = {
      ...{ configured, vision, machine, seed },
      scratchOf: (share: number) => scratchOf(`share-${share}`),
    }
    const { crew } = run
    const whole = { stream: ['train'], train: nominal }
    const files = crew && modelByFleet(whole, tools, crew, 'the whole model')
    files?.catch(() => {}) // thrown where it is awaited
    const work = crew === null ? sharesHere(tools, task) : await sharesByFleet(tools, crew)
    const held = await crossFit(units, seed, work, task)
    const threshold = held && chooseThreshold(held, training, choose, task)
    const made = await files
    const detector =
      made === null
        ? await configured.method.fit(
            {
              ...{ samples: nominal, vision, random: createRandom(seed, ...whole.stream), task },
              ...{ scratch: scratchOf('whole'), ...machine },
            },
            configured.options,
          )
        : await configured.method.load(made, machine)
    try {
      const looker = createTrainingLooker(request.fixtures, request.threads, task)
      const { reference, fixtures } = await looker.look(nominal)
      const saved = await saveModel(
        request.out,
        {
          ...card,
          threshold,
          regions: regionLevel(held?.nominalPeaks ?? []),
          evaluated:
            training.run && evaluatedModel(training.run.folder, training.run.evaluation, training.run.where),
          mapScale: held?.mapScale ?? (await scaleOf(detector, nominal, vision, task)),
          dataset: run.understood,
          trained: { images: nominal.length, fingerprint, seed },
          reference,
        },
        made ?? detector.save(),
        { backbone: run.backbone, fixtures, extras: run.extras, signer },
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
