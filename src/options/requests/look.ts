/** What may be asked of `lookDataset`. */
import { datasetOperand, datasetOptions } from '../dataset-options.ts'
import { path } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'

const { threads } = machineOptions

export const lookAsk = defineAsk({
  caller: 'lookDataset',
  options: {
    ...datasetOperand,
    report: path({
      help: 'Write a contact sheet (HTML): a few pictures of each class with the outline of their masks.',
      placeholder: 'FILE',
    }),
    ...datasetOptions,
    threads,
  },
})

export type LookOptions = OptionsOf<typeof lookAsk>
export type LookRequest = RequestOf<typeof lookAsk>
