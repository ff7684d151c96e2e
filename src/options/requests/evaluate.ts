/** What may be asked of `evaluateDataset`. */
import { datasetOperand, datasetOptions } from '../dataset-options.ts'
import { checkDetector, detectorOptions } from '../detector-options.ts'
import { factoryOptions } from '../factory-options.ts'
import { checkFew, fewOptions } from '../few-options.ts'
import { flag, path } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { thresholdOptions } from '../operating-point.ts'
import { checkProtocol, protocolOptions, seedOption } from '../protocol-options.ts'
import { queueOptions } from '../queue-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'

export const evaluateAsk = defineAsk({
  caller: 'evaluateDataset',
  options: {
    ...datasetOperand,
    out: path({
      help: 'Run folder for the results: new, empty, or of an earlier evaluation, which it replaces.',
      placeholder: 'DIR',
      isRequired: true,
      isBookkeeping: true,
    }),
    keepModels: flag({ help: "Keep every fold's model, in models/fold-K/.", isBookkeeping: true }),
    ...datasetOptions,
    ...detectorOptions,
    ...protocolOptions,
    ...fewOptions,
    ...seedOption,
    ...thresholdOptions,
    ...factoryOptions,
    ...machineOptions,
    ...queueOptions,
  },
  async check(request) {
    checkProtocol(request)
    checkFew(request)
    await checkDetector(request)
  },
})

export type EvaluateOptions = OptionsOf<typeof evaluateAsk>
export type EvaluateRequest = RequestOf<typeof evaluateAsk>
