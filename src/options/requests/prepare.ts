/** What may be asked of `prepareDataset`: which images, brought to what. */
import type { Colour } from '../../prepare/move-pixels.ts'
import { findColour, type PrepareOptions as Preparing } from '../../prepare/prepare-options.ts'
import { datasetOperand, datasetOptions } from '../dataset-options.ts'
import { groundedSamOptions } from '../grounded-sam-options.ts'
import { bad, choice, flag, good, type Notation, noted, path, size, wholeNumber } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'

const colour: Notation<Colour> = {
  placeholder: 'COLOUR',
  parse(text) {
    const found = findColour(text)
    return found ? good(found) : bad(`expected black, white, grey or #rrggbb, got "${text}"`)
  },
  format: (value) => `#${value.map((level) => level.toString(16).padStart(2, '0')).join('')}`,
  is: (raw): raw is Colour =>
    Array.isArray(raw) &&
    raw.length === 3 &&
    raw.every((level) => Number.isInteger(level) && level >= 0 && level <= 255),
}

const { layout, good: goodFolder, defects, partPattern, where, range, page } = datasetOptions

export const prepareAsk = defineAsk({
  caller: 'prepareDataset',
  options: {
    ...datasetOperand,
    out: path({
      help: 'Folder for the prepared dataset: new, empty, or begun with the same options.',
      placeholder: 'DIR',
      isRequired: true,
    }),
    blank: noted(colour, {
      help: 'Paint the background: `black`, `white`, `grey` or `#rrggbb`.',
      defaultText: 'leave it as it is',
    }),
    center: flag({
      help: 'Crop to the object and pad, so that it stands in the middle of one canvas for the whole dataset; nothing is scaled.',
    }),
    rotateUpright: flag({
      help: "Turn the object's longer axis upright; where objects have a heavy end, it is down in all of them.",
    }),
    canvas: size({
      help: 'Size of the canvas.',
      defaultText: 'the smallest that holds every object',
      onlyWith: { center: 'given' },
    }),
    margin: wholeNumber({
      help: 'Pixels of canvas around the largest object.',
      placeholder: 'N',
      min: 0,
      max: 1024,
      default: 0,
      onlyWith: { center: 'given' },
    }),
    tile: size({
      help: 'Cut the prepared images into tiles of this size, which overlap evenly; all tiles of an image are of one part.',
      defaultText: 'whole images',
    }),
    segmenter: choice(['embedded', 'grounded-sam', 'masks', 'none'], {
      help: 'How objects are found: `embedded` learns the background from the dataset itself; `grounded-sam` looks for what `--prompt` says; `masks` takes masks made elsewhere; `none` does not look for any.',
      default: 'embedded',
    }),
    masks: path({
      help: 'Masks made elsewhere, for `--segmenter masks`: a folder of mask images named as the images are, or annotations of COCO, Label Studio (JSON) or CVAT (images 1.1 or segmentation mask).',
      placeholder: 'PATH',
      onlyWith: { segmenter: ['masks'] },
    }),
    layout,
    good: goodFolder,
    defects,
    partPattern,
    where,
    range,
    page,
    threads: machineOptions.threads,
    ...groundedSamOptions,
  },
})

export type PrepareOptions = OptionsOf<typeof prepareAsk>
export type PrepareRequest = RequestOf<typeof prepareAsk>

/** What `prepare/` is told: what decides about the outcome, and where the models of the segmenter are. */
export function preparingOf(request: PrepareRequest): Preparing {
  const { blank, center, rotateUpright, canvas, margin, tile, segmenter, masks } = request
  const { prompt, detectorModel, maskModel, precision, boxThreshold, textThreshold, nms, pick } = request
  const { models, modelLock, allowDownload } = request
  const isTold = segmenter === 'grounded-sam'
  return {
    ...{ blank, center, rotateUpright, canvas, margin, tile, segmenter, masks },
    ...(isTold &&
      prompt !== null && {
        groundedSam: { prompt, detectorModel, maskModel, precision, boxThreshold, textThreshold, nms, pick },
      }),
    ...(isTold &&
      models !== null && { modelFiles: { folder: models, lock: modelLock, mayDownload: allowDownload } }),
  }
}
