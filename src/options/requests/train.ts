/** What may be asked of `trainModel`. */
import { datasetOperand, datasetOptions } from '../dataset-options.ts'
import { checkDetector, detectorOptions } from '../detector-options.ts'
import { factoryOptions } from '../factory-options.ts'
import { path } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { thresholdOptions } from '../operating-point.ts'
import { seedOption } from '../protocol-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'

export const trainAsk = defineAsk({
  caller: 'trainModel',
  options: {
    ...datasetOperand,
    out: path({
      help: 'Model folder: new, empty, or of an earlier training.',
      placeholder: 'DIR',
      isRequired: true,
      isBookkeeping: true,
    }),
    ...datasetOptions,
    ...detectorOptions,
    ...seedOption,
    ...thresholdOptions,
    ...factoryOptions,
    ...machineOptions,
  },
  check: checkDetector,
})

export type TrainOptions = OptionsOf<typeof trainAsk>
export type TrainRequest = RequestOf<typeof trainAsk>
