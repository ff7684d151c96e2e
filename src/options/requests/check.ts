/** What may be asked of `checkDataset`: what the guardrails on the data are to look at, and through what. */
import { datasetOperand, datasetOptions } from '../dataset-options.ts'
import { visionOptions } from '../detector-options.ts'
import { number, path } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { seedOption } from '../protocol-options.ts'
import { queueOptions } from '../queue-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'

export const checkAsk = defineAsk({
  caller: 'checkDataset',
  options: {
    ...datasetOperand,
    escapeClaim: number({
      help: 'Share of escaping defects that you want to be able to promise; are there enough parts for it?',
      placeholder: 'P',
      min: 0,
      max: 1,
      isOpen: true,
      default: 0.1,
    }),
    writeParts: path({
      help: 'Write a manifest (CSV) with the parts, inferred from likeness where none are given, to correct and to use as DATASET.',
      placeholder: 'FILE',
    }),
    report: path({
      help: 'Write a page (HTML) with the findings and their pictures.',
      placeholder: 'FILE',
    }),
    ...datasetOptions,
    ...visionOptions,
    seed: { ...seedOption.seed, group: 'Machine' },
    ...machineOptions,
    ...queueOptions,
  },
})

export type CheckOptions = OptionsOf<typeof checkAsk>
export type CheckRequest = RequestOf<typeof checkAsk>
