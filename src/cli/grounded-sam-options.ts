/** Options of `prepare` for the segmenter that is told in words what to look for. */
import { UsageError } from '../errors.ts'
import type { GroundedSamRequest, ModelFilesRequest } from '../request.ts'
import { groundedSamDefaults, pickChoices, precisionChoices } from '../request.ts'
import type { Options, Parsed } from './options.ts'

const group = '--segmenter grounded-sam'
const model = { type: 'text', placeholder: 'NAME', group } as const
const share = { type: 'number', placeholder: 'P', min: 0, max: 1, group } as const

export const groundedSamOptions = {
  prompt: {
    type: 'text',
    placeholder: 'WORDS',
    group,
    description: 'What to look for in every image, in English, e.g. "a metal chain link".',
  },
  models: {
    type: 'path',
    placeholder: 'DIR',
    group,
    description: 'Folder with a folder OWNER/NAME for each model, laid out as on huggingface.co.',
  },
  'detector-model': {
    ...model,
    default: groundedSamDefaults.detectorModel,
    description: 'Model that finds boxes for words (Grounding DINO); `@COMMIT` after it says which one.',
  },
  'mask-model': {
    ...model,
    default: groundedSamDefaults.maskModel,
    description:
      'Model that outlines what is in a box: SAM 2, SAM 3 Tracker or EdgeTAM, or SAM where the export takes boxes; `@COMMIT` as above.',
  },
  precision: {
    type: 'choice',
    choices: precisionChoices,
    default: groundedSamDefaults.precision,
    group,
    description: 'Which export of the models.',
  },
  'box-threshold': {
    ...share,
    default: groundedSamDefaults.boxThreshold,
    description: 'Keep boxes whose best word scores above it.',
  },
  'text-threshold': {
    ...share,
    default: groundedSamDefaults.textThreshold,
    description: 'Words that score above it are noted as found, where they are not the whole prompt.',
  },
  nms: {
    ...share,
    default: groundedSamDefaults.nms,
    description: 'Drop a box that overlaps a better one by more than this intersection over union.',
  },
  pick: {
    type: 'choice',
    choices: pickChoices,
    default: groundedSamDefaults.pick,
    group,
    description: 'The object of the best box, or those of all boxes together.',
  },
  'model-lock': {
    type: 'path',
    placeholder: 'FILE',
    defaultText: 'models.lock.json in --models, which learns files when it first sees them',
    group,
    description: 'Hashes that every file of the models must have.',
  },
  'allow-download': {
    type: 'flag',
    group,
    description:
      'Fetch missing files of the models from huggingface.co into --models; nothing is fetched otherwise.',
  },
} as const satisfies Options

export interface GroundedSamRequests {
  readonly groundedSam?: GroundedSamRequest
  readonly modelFiles?: ModelFilesRequest
}

/** @throws {UsageError} One of the options was given for another segmenter. What is missing is found out later. */
export function groundedSamRequests(
  { values, given }: Pick<Parsed<typeof groundedSamOptions>, 'values' | 'given'>,
  segmenter: string,
): GroundedSamRequests {
  if (segmenter !== 'grounded-sam') {
    const idle = Object.keys(groundedSamOptions).filter((name) => given.has(name))
    if (idle.length === 0) return {}
    const names = idle.map((name) => `--${name}`).join(', ')
    throw new UsageError(`${names}: no effect with --segmenter ${segmenter}`)
  }
  const { prompt, models } = values
  return {
    ...(prompt !== null && {
      groundedSam: {
        prompt,
        detectorModel: values['detector-model'],
        maskModel: values['mask-model'],
        precision: values.precision,
        boxThreshold: values['box-threshold'],
        textThreshold: values['text-threshold'],
        nms: values.nms,
        pick: values.pick,
      },
    }),
    ...(models !== null && {
      modelFiles: { folder: models, lock: values['model-lock'], mayDownload: values['allow-download'] },
    }),
  }
}
