/** Options that several commands share, by subject. The names are fixed by `docs/cli.md`. */

import { parseWhere } from '../dataset/where.ts'
import { parsePartScore } from '../evaluate/part-score.ts'
import {
  detectorChoices,
  deviceChoices,
  fitChoices,
  layoutChoices,
  mergeChoices,
  partsChoices,
  requestDefaults,
  schemeChoices,
  thresholdPolicies,
  unitChoices,
} from '../request.ts'
import type { Options } from './options.ts'

/** Every command has these. */
export const generalOptions = {
  config: {
    type: 'path',
    placeholder: 'FILE',
    group: 'General',
    description:
      'JSON object with the names on this page and their values; options on the command line win. Relative paths in it start from its folder.',
  },
  json: { type: 'flag', group: 'General', description: 'Print exactly one JSON document on stdout.' },
  quiet: { type: 'flag', group: 'General', description: 'No progress and no notes on stderr.' },
  debug: { type: 'flag', group: 'General', description: 'Show the stack of an error.' },
  help: { type: 'flag', group: 'General', description: 'Show this page.' },
} as const satisfies Options

export const datasetOptions = {
  layout: {
    type: 'choice',
    choices: layoutChoices,
    default: requestDefaults.layout,
    group: 'Dataset',
    description: 'How the folder is laid out; `auto` recognises it.',
  },
  'part-pattern': {
    type: 'text',
    placeholder: 'REGEX',
    group: 'Dataset',
    description:
      'Part id: first group of this regular expression, matched against the path within the dataset.',
    check: checkPartPattern,
  },
  parts: {
    type: 'choice',
    choices: partsChoices,
    default: requestDefaults.parts,
    group: 'Dataset',
    description: 'Take part ids as given, or infer which images show one part from their likeness.',
  },
  where: {
    type: 'text',
    placeholder: 'EXPRESSION',
    group: 'Dataset',
    description: 'Use only these samples, e.g. `angle in 170..190 and not lot = A`.',
    check: (text) => problemOf(() => parseWhere(text)),
  },
} as const satisfies Options

export const detectorOptions = {
  detector: {
    type: 'choice',
    choices: detectorChoices,
    default: requestDefaults.detector,
    group: 'Detector',
    description: 'Method of detection.',
  },
  preset: {
    type: 'choice',
    choices: ['small', 'paper'],
    defaultText: 'small',
    group: 'Detector',
    description: "For `glass` and `csflow`: sized for two cores, or the paper's settings.",
  },
  hypothesis: {
    type: 'choice',
    choices: ['auto', 'manifold', 'hypersphere'],
    defaultText: 'auto',
    group: 'Detector',
    description:
      'For `glass`: whether nominal images vary along many appearances or around one; `auto` goes by their average.',
  },
  textures: {
    type: 'path',
    placeholder: 'DIR',
    defaultText: 'embedded ones',
    group: 'Detector',
    description: 'For `glass`: folder of images that synthetic anomalies get their textures from.',
  },
  option: {
    type: 'pairs',
    placeholder: 'NAME=VALUE',
    group: 'Detector',
    description: 'A setting of the detector itself; repeatable.',
  },
  backbone: {
    type: 'text',
    placeholder: 'NAME',
    defaultText: 'the best one at hand',
    group: 'Detector',
    description: 'Frozen feature extractor; `plumbline weights list` names them.',
  },
  weights: {
    type: 'path',
    placeholder: 'DIR',
    defaultText: '$PLUMBLINE_WEIGHTS, else where `weights pull` puts them',
    group: 'Detector',
    description: 'Folder of pretrained weights.',
  },
  size: {
    type: 'size',
    placeholder: 'N|WxH',
    defaultText: "the detector's own",
    group: 'Detector',
    description: 'Model input in pixels.',
  },
  fit: {
    type: 'choice',
    choices: fitChoices,
    default: requestDefaults.fit,
    group: 'Detector',
    description: 'How an image is brought to that size; `pad` and `crop` never distort.',
  },
} as const satisfies Options

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

export const seedOption = {
  seed: {
    type: 'integer',
    placeholder: 'N',
    min: 0,
    default: requestDefaults.seed,
    group: 'Protocol',
    description: 'Same seed, same result; 0 is a seed.',
  },
} as const satisfies Options

export const machineOptions = {
  device: {
    type: 'choice',
    choices: deviceChoices,
    default: requestDefaults.device,
    group: 'Machine',
    description: 'Where the network runs.',
  },
  threads: {
    type: 'integer',
    placeholder: 'N',
    min: 1,
    max: 1024,
    defaultText: 'all cores',
    group: 'Machine',
    description: 'Processor threads.',
  },
  cache: {
    type: 'path',
    placeholder: 'DIR',
    canBeOff: true,
    defaultText: '$PLUMBLINE_CACHE, else the cache folder of the system',
    group: 'Machine',
    description:
      'Where features of images are kept, so that folds and later runs need not compute them again.',
  },
} as const satisfies Options

/** @returns What is wrong with the pattern, or undefined. */
function checkPartPattern(pattern: string): string | undefined {
  try {
    // An alternative that matches nothing makes the groups countable.
    const groups = new RegExp(`${pattern}|`).exec('')!.length - 1
    return groups >= 1
      ? undefined
      : `expected a group in parentheses that captures the part id, got "${pattern}"`
  } catch (error) {
    return `expected a regular expression: ${(error as Error).message}`
  }
}

function problemOf(parse: () => unknown): string | undefined {
  try {
    parse()
    return
  } catch (error) {
    return (error as Error).message.replace(/^--[\w-]+: /, '') // the parser of arguments names the option itself
  }
}
