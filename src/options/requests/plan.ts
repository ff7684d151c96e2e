/** What may be asked of `planDataset`: what an evaluation may be asked, and what is to be proved. */
import { checkDetector } from '../detector-options.ts'
import { number, path, wholeNumber } from '../kinds.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'
import { evaluateAsk } from './evaluate.ts'

const {
  keepModels: _,
  scheme: _scheme,
  by: _by,
  split: _split,
  shots: _shots,
  draws: _draws,
  thresholdFrom: _from,
  folds: _folds,
  reviewEscape: _review,
  out: _out,
  dataset,
  ...shared
} = evaluateAsk.options

const share = { group: 'Claims', placeholder: 'P', min: 0, max: 1, isOpen: true } as const

export const planAsk = defineAsk({
  caller: 'planDataset',
  options: {
    dataset,
    out: path({
      help: 'Folder for plan.json and plan.html: new, empty, or of an earlier plan. Without it nothing is written.',
      placeholder: 'DIR',
      isBookkeeping: true,
    }),
    maxEscape: number({
      ...share,
      help: 'Escape rate that is to be proved: below that share.',
      default: 0.01,
    }),
    maxOverkill: number({
      ...share,
      help: 'Overkill rate that is to be proved: below that share.',
      default: 0.05,
    }),
    confidence: number({ ...share, help: 'Confidence of these proofs.', default: 0.95 }),
    ...shared,
    folds: wholeNumber({
      help: 'Repetitions of split and learning curve.',
      group: 'Protocol',
      placeholder: 'K',
      min: 2,
      max: 100,
      defaultText: '3 to 5, fewer with more images',
    }),
    draws: wholeNumber({
      help: 'Orders in which good units join, in each fold; the curve is the mean of all.',
      group: 'Protocol',
      placeholder: 'R',
      min: 1,
      max: 100,
      defaultText: '1 to 3, fewer with more images',
    }),
  },
  check: checkDetector,
})

export type PlanOptions = OptionsOf<typeof planAsk>
export type PlanRequest = RequestOf<typeof planAsk>
