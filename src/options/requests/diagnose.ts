/** What may be asked of `diagnoseRun`: whose model the guardrails are to ask, and how thoroughly. */
import { visionOptions } from '../detector-options.ts'
import { path, wholeNumber } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { queueOptions } from '../queue-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'

export const diagnoseAsk = defineAsk({
  caller: 'diagnoseRun',
  options: {
    run: path({
      help: 'Run folder that `evaluate` wrote.',
      isOperand: true,
      isRequired: true,
      mustExist: 'no such file or folder',
    }),
    fold: wholeNumber({
      help: 'Whose model is asked, 0 for the first fold. It is fitted again where the run kept none (`evaluate --keep-models`).',
      placeholder: 'K',
      min: 0,
      default: 0,
    }),
    images: wholeNumber({
      help: 'Images of either label that are changed and judged again, at most; more narrow the intervals and take longer.',
      placeholder: 'N',
      min: 8,
      max: 100_000,
      default: 60,
    }),
    weights: path({
      help: visionOptions.weights.help,
      group: 'Machine',
      placeholder: 'DIR',
      defaultText: "the run's",
      mustExist: 'no such folder of weights',
    }),
    ...machineOptions,
    ...queueOptions,
  },
})

export type DiagnoseOptions = OptionsOf<typeof diagnoseAsk>
export type DiagnoseRequest = RequestOf<typeof diagnoseAsk>
