/** Options of the protocol, the operating point and the factory, for the commands that evaluate. The names are fixed by `docs/cli.md`. */

import { parsePartScore } from '../evaluate/part-score.ts'
import { mergeChoices, requestDefaults, schemeChoices, thresholdPolicies, unitChoices } from '../request.ts'
import { type Options, problemOf } from './options.ts'

export const thresholdOptions = {
  threshold: {
    type: 'choice',
    choices: thresholdPolicies,
    default: requestDefaults.threshold.policy,
    placeholder: 'POLICY',
    group: 'Operating point',
    description: 'How the threshold is chosen.',
  },
  alpha: {
    type: 'number',
    placeholder: 'P',
    min: 0,
    max: 1,
    isOpen: true,
    default: requestDefaults.threshold.alpha,
    group: 'Operating point',
    description:
      'Tolerated false-alarm rate of `max-fpr`, `neyman-pearson` and `conformal`; also where the partial AUROC ends.',
  },
  delta: {
    type: 'number',
    placeholder: 'P',
    min: 0,
    max: 1,
    isOpen: true,
    default: requestDefaults.threshold.delta,
    group: 'Operating point',
    description: '1 - confidence of `neyman-pearson`.',
  },
  'sigma-k': {
    type: 'number',
    placeholder: 'K',
    min: 0,
    isOpen: true,
    default: requestDefaults.threshold.sigmaK,
    group: 'Operating point',
    description: 'Standard deviations above the nominal mean, for `sigma`.',
  },
  'review-escape': {
    type: 'number',
    placeholder: 'P',
    min: 0,
    max: 1,
    isOpen: true,
    defaultText: 'no review band',
    group: 'Operating point',
    description:
      'Send scores just below the threshold to a person, so that at most this share of defects escapes.',
  },
} as const satisfies Options

export const factoryOptions = {
  prevalence: {
    type: 'number',
    placeholder: 'P',
    min: 0,
    max: 1,
    isOpen: true,
    defaultText: 'assumed, and said so',
    group: 'Factory',
    description: 'Share of parts on the line that are defective.',
  },
  'cost-escape': {
    type: 'number',
    placeholder: 'C',
    min: 0,
    default: requestDefaults.costEscape,
    group: 'Factory',
    description: 'Cost of a defective part that is passed.',
  },
  'cost-overkill': {
    type: 'number',
    placeholder: 'C',
    min: 0,
    default: requestDefaults.costOverkill,
    group: 'Factory',
    description: 'Cost of a good part that is rejected.',
  },
} as const satisfies Options

export const protocolOptions = {
  folds: {
    type: 'integer',
    placeholder: 'K',
    min: 1,
    max: 1000,
    default: requestDefaults.folds,
    group: 'Protocol',
    description: 'Repetitions of split, fit, threshold and inference.',
  },
  scheme: {
    type: 'choice',
    choices: schemeChoices,
    default: requestDefaults.scheme,
    group: 'Protocol',
    description:
      'Draw the roles afresh in each fold, or rotate them so that each defect is judged equally often.',
  },
  unit: {
    type: 'choice',
    choices: unitChoices,
    default: requestDefaults.unit,
    group: 'Protocol',
    description:
      'What keeps one role in a fold: the part, or the image; `auto` takes parts where they are known.',
  },
  merge: {
    type: 'choice',
    choices: mergeChoices,
    default: requestDefaults.merge,
    group: 'Protocol',
    description:
      'Whether nominal test images may train; `auto` tests that they are of the same distribution.',
  },
  'min-train': {
    type: 'number',
    placeholder: 'F',
    min: 0,
    max: 1,
    isOpen: true,
    default: requestDefaults.minTrain,
    group: 'Protocol',
    description: 'Share of nominal units that each fold keeps for training.',
  },
  'part-score': {
    type: 'text',
    placeholder: 'RULE',
    default: requestDefaults.partScore,
    group: 'Protocol',
    description: 'From the scores of its images to the score of a part: `max`, `topk:K` or `votes:K`.',
    check: (text) => problemOf(() => parsePartScore(text)),
  },
} as const satisfies Options
