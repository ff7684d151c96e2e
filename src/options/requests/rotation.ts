/** What may be asked of `rotationExperiment`, which evaluates twice: what an evaluation may be asked, but for what it decides itself. */
import { checkDetector } from '../detector-options.ts'
import { choice, path } from '../kinds.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'
import { evaluateAsk } from './evaluate.ts'

const {
  keepModels: _,
  unit: _unit,
  shots: _shots,
  draws: _draws,
  thresholdFrom: _from,
  by: _by,
  scheme: _scheme,
  ...shared
} = evaluateAsk.options

export const rotationAsk = defineAsk({
  caller: 'rotationExperiment',
  options: {
    ...shared,
    scheme: choice(['random', 'rotate'], {
      help: 'Draw the roles afresh in each fold, or rotate them so that each defect is judged equally often.',
      group: 'Protocol',
      default: 'random',
      recorded: 'protocol',
    }),
    out: path({
      help: 'Folder for the results: new, empty, or of an earlier experiment.',
      placeholder: 'DIR',
      isRequired: true,
      isBookkeeping: true,
    }),
  },
  check: checkDetector,
})

export type RotationOptions = OptionsOf<typeof rotationAsk>
export type RotationRequest = RequestOf<typeof rotationAsk>
