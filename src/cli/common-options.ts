/** Options that several commands share, by subject. The names are fixed by `docs/cli.md`. */

import { parseWhere } from '../dataset/where.ts'
import {
  detectorChoices,
  deviceChoices,
  fitChoices,
  layoutChoices,
  partsChoices,
  requestDefaults,
} from '../request.ts'
import { type Options, problemOf } from './options.ts'

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
