/** What may be asked of `forecastRun`. */
import { datasetOperand, datasetOptions } from '../dataset-options.ts'
import { checkDetector, detectorOptions } from '../detector-options.ts'
import { wholeNumber } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { protocolOptions, seedOption } from '../protocol-options.ts'
import { queueOption, storeOption } from '../queue-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'

const { parts: _parts, ...dataset } = datasetOptions
const { tiles: _tiles, roi: _roi, ...detector } = detectorOptions
const { device, threads } = machineOptions
const { folds, minTrain } = protocolOptions

export const forecastAsk = defineAsk({
  caller: 'forecastRun',
  options: {
    ...datasetOperand,
    images: wholeNumber({
      help: 'Images that the run would have, as large as those of DATASET and with as many defective ones among them.',
      placeholder: 'N',
      min: 1,
      default: 1_000_000,
    }),
    workers: wholeNumber({
      help: 'Workers that it would have, each as fast as this machine with `--threads`.',
      placeholder: 'N',
      min: 1,
      max: 100_000,
      default: 16,
    }),
    queue: {
      ...queueOption.queue,
      help: 'Queue whose speed is measured: Redis, Valkey or PostgreSQL.',
      isRequired: true,
      required: true as const,
    },
    ...storeOption,
    folds,
    minTrain,
    ...dataset,
    ...detector,
    ...seedOption,
    ...{ device, threads },
  },
  check: checkDetector,
})

export type ForecastOptions = OptionsOf<typeof forecastAsk>
export type ForecastRequest = RequestOf<typeof forecastAsk>
