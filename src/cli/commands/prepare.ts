import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { FindingError } from '../../errors.ts'
import { findColour } from '../../prepare/prepare-options.ts'
import type { PrepareRequest } from '../../request.ts'
import { failOnChoices, segmenterChoices } from '../../request.ts'
import { type Preparation, severityOf } from '../../wire/preparation.ts'
import type { Answer } from '../command.ts'
import { defineCommand } from '../command.ts'
import { datasetOptions, machineOptions } from '../common-options.ts'
import type { Effects } from '../effects.ts'
import { groundedSamOptions, groundedSamRequests } from '../grounded-sam-options.ts'
import type { Options, Parsed } from '../options.ts'
import { requirePath, resolveProvenance } from '../resolve-request.ts'
import { preparationText } from '../text/preparation-text.ts'

const { layout, 'part-pattern': partPattern, where } = datasetOptions

export const prepareOptions = {
  out: {
    type: 'path',
    placeholder: 'DIR',
    required: true,
    description: 'Folder for the prepared dataset: new, empty, or begun with the same options.',
  },
  blank: {
    type: 'text',
    placeholder: 'COLOUR',
    description: 'Paint the background: `black`, `white`, `grey` or `#rrggbb`.',
    defaultText: 'leave it as it is',
    check: (text) =>
      findColour(text) === undefined ? `expected black, white, grey or #rrggbb, got "${text}"` : undefined,
  },
  center: {
    type: 'flag',
    description:
      'Crop to the object and pad, so that it stands in the middle of one canvas for the whole dataset; nothing is scaled.',
  },
  'rotate-upright': {
    type: 'flag',
    description:
      "Turn the object's longer axis upright; where objects have a heavy end, it is down in all of them.",
  },
  canvas: {
    type: 'size',
    placeholder: 'N|WxH',
    defaultText: 'the smallest that holds every object',
    description: 'Size of the canvas.',
  },
  margin: {
    type: 'integer',
    placeholder: 'N',
    min: 0,
    max: 1024,
    default: 0,
    description: 'Pixels of canvas around the largest object.',
  },
  tile: {
    type: 'size',
    placeholder: 'N|WxH',
    defaultText: 'whole images',
    description:
      'Cut the prepared images into tiles of this size, which overlap evenly; all tiles of an image are of one part.',
  },
  segmenter: {
    type: 'choice',
    choices: segmenterChoices,
    default: 'embedded',
    description:
      'How objects are found: `embedded` learns the background from the dataset itself; `grounded-sam` looks for what `--prompt` says; `masks` takes masks made elsewhere; `none` does not look for any.',
  },
  masks: {
    type: 'path',
    placeholder: 'PATH',
    description:
      'Masks made elsewhere, for `--segmenter masks`: a folder of mask images named as the images are, or annotations of COCO, Label Studio (JSON) or CVAT (images 1.1 or segmentation mask).',
  },
  'fail-on': {
    type: 'choice',
    choices: failOnChoices,
    placeholder: 'error|warning',
    description: 'Exit with code 6 where an image is marked so.',
  },
  layout,
  'part-pattern': partPattern,
  where,
  threads: machineOptions.threads,
  ...groundedSamOptions,
} as const satisfies Options

export const prepare = defineCommand({
  name: 'prepare',
  summary: 'Find the object in every image; blank the background, center it on one canvas',
  description: [
    'Writes a dataset that every command reads: images, masks of defects and of objects, and a manifest with all columns of the source. prepare.json says how each image was made; review.html shows them, the most suspicious first. No image is lost: one in which nothing was found is kept and marked, one that cannot be read is listed.',
    'A second run of the same command does only what is missing.',
  ],
  operands: [
    { name: 'dataset', type: 'path', isRequired: true, description: 'Folder of images, or a manifest file.' },
  ],
  options: prepareOptions,
  examples: [
    'plumbline prepare parts --out parts-ce --blank black --center',
    'plumbline prepare parts --out parts-front --center --margin 8 --where "angle in 170..190"',
    'plumbline prepare parts --out parts-cut --blank grey --segmenter grounded-sam --prompt "a metal chain link" --models models',
    'plumbline prepare sheets --out sheets-tiled --segmenter none --tile 512',
  ],
  async run(parsed, effects, task) {
    const request = prepareRequest(parsed, effects)
    requirePath(request.dataset)
    const { prepareDataset } = await import('../../pipeline.ts')
    const preparation = await prepareDataset(request, task)
    const { images: _, ...json } = preparation
    const failOn = parsed.values['fail-on']
    return {
      json: { dataset: request.out, manifest: join(request.out, 'manifest.csv'), ...json },
      text: preparationText(preparation, request.out, effects.columns),
      ...failureOf(preparation, failOn),
    }
  },
})

export function prepareRequest(
  { values, operands, words, given }: Parsed<typeof prepareOptions>,
  effects: Effects,
): PrepareRequest {
  return {
    dataset: operands.dataset![0]!,
    layout: values.layout,
    partPattern: values['part-pattern'],
    parts: 'given',
    where: values.where,
    ...resolveProvenance('prepare', words, effects),
    out: values.out,
    blank: values.blank === null ? null : findColour(values.blank)!,
    center: values.center,
    rotateUpright: values['rotate-upright'],
    canvas: values.canvas,
    margin: values.margin,
    tile: values.tile,
    segmenter: values.segmenter,
    masks: values.masks,
    ...groundedSamRequests({ values, given }, values.segmenter),
    threads: values.threads ?? availableParallelism(),
  }
}

/** `--fail-on`: the answer stands, the exit code is 6. */
function failureOf(
  { images, failures }: Preparation,
  failOn: 'error' | 'warning' | null,
): Pick<Answer, 'failure'> {
  if (failOn === null) return {}
  const isMet = (mark: Parameters<typeof severityOf>[0]): boolean =>
    failOn === 'warning' || severityOf(mark) === 'error'
  const met = images.filter(({ marks }) => marks.some(isMet)).length + failures.length
  if (met === 0) return {}
  return {
    failure: new FindingError(
      `--fail-on ${failOn}: met by ${met} of ${images.length + failures.length} images`,
    ),
  }
}
