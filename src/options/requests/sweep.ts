/** What may be asked of `sweepDataset`; what is evaluated, the configuration says. */
import { path } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { queueOptions } from '../queue-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'

export const sweepAsk = defineAsk({
  caller: 'sweepDataset',
  options: {
    grid: path({
      help: 'YAML or JSON file that says what to evaluate, and with which detectors, backbones, sizes and seeds; docs/scale-out.md.',
      isOperand: true,
      isRequired: true,
      mustExist: 'no such file',
    }),
    out: path({
      help: 'Folder for the results: new, empty, or of an earlier sweep, which goes on.',
      placeholder: 'DIR',
      isRequired: true,
      isBookkeeping: true,
    }),
    ...machineOptions,
    ...queueOptions,
  },
})

export type SweepOptions = OptionsOf<typeof sweepAsk>
export type SweepRequest = RequestOf<typeof sweepAsk>
