/** What may be asked of `trainModel`. */
import { UsageError } from '../../errors.ts'
import { present } from '../../present.ts'
import { datasetOperand, datasetOptions } from '../dataset-options.ts'
import { checkDetector, detectorOptions } from '../detector-options.ts'
import { factoryOptions } from '../factory-options.ts'
import { flag, path } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { thresholdOptions } from '../operating-point.ts'
import type { Table } from '../option.ts'
import { seedOption } from '../protocol-options.ts'
import { queueOptions } from '../queue-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'
import { signOption } from '../signing-options.ts'

/** Options that a run has decided about. */
const decided = <T extends Table>(options: T): T =>
  Object.fromEntries(
    Object.entries(options).map(([key, option]) => [
      key,
      { ...option, onlyWith: { ...option.onlyWith, fromRun: ['null'] } },
    ]),
  ) as unknown as T

const { weights, ...detector } = detectorOptions

export const trainAsk = defineAsk({
  caller: 'trainModel',
  options: {
    dataset: path({
      help: 'Folder of images, or a manifest file. With `--from-run` the one of the run, where it is named no other place.',
      isOperand: true,
      mustExist: present(datasetOperand.dataset.mustExist, 'a word for datasets'),
    }),
    out: path({
      help: 'Model folder: new, empty, or of an earlier training.',
      placeholder: 'DIR',
      isRequired: true,
      isBookkeeping: true,
    }),
    fromRun: path({
      help: "Run folder of `plumbline evaluate`: train with its options and carry its figures in the model's card.",
      placeholder: 'RUN',
      mustExist: 'no such folder',
    }),
    fixtures: flag({
      help: 'Keep no training images in the model folder (up to 64 of them otherwise, as they were decoded): calibration and fixtures of an export are made of them.',
      default: true,
      isBookkeeping: true,
    }),
    ...signOption,
    ...decided(datasetOptions),
    ...decided(detector),
    weights,
    ...decided(seedOption),
    ...decided(thresholdOptions),
    ...decided(factoryOptions),
    ...machineOptions,
    ...queueOptions,
  },
  async check(request) {
    if (request.dataset === null && request.fromRun === null) {
      throw new UsageError(`DATASET is required: ${datasetOperand.dataset.help}`)
    }
    await checkDetector(request)
  },
})

export type TrainOptions = OptionsOf<typeof trainAsk>
export type TrainRequest = RequestOf<typeof trainAsk>
