/** What may be asked of `predictImages`. */
import { datasetOptions } from '../dataset-options.ts'
import { choice, number, path, paths, wholeNumber } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'
import { trustOption } from '../signing-options.ts'

export const predictAsk = defineAsk({
  caller: 'predictImages',
  options: {
    model: path({
      help: 'Model folder, as `plumbline train` writes it.',
      isOperand: true,
      isRequired: true,
      mustExist: 'no such file or folder',
    }),
    images: paths({
      help: 'Image files, or folders of them.',
      named: 'image',
      isOperand: true,
      isRequired: true,
    }),
    out: path({
      help: 'Folder for heat maps: new, empty, or of an earlier prediction.',
      placeholder: 'DIR',
      defaultText: 'no heat maps',
    }),
    threshold: number({
      help: 'Raw score from which an image is anomalous.',
      placeholder: 'SCORE',
      defaultText: "the model's own",
    }),
    input: choice(['auto', 'camera', 'prepared'], {
      help: 'What the images are, for a model that learnt from a prepared dataset: photographs, which it prepares itself where it can, or images that `plumbline prepare` made; `auto` tells them apart.',
      default: 'auto',
    }),
    regionLevel: number({
      help: 'Raw value of the map from which a pixel belongs to a region.',
      placeholder: 'LEVEL',
      defaultText: "the model's own",
    }),
    minArea: wholeNumber({
      help: 'Leave out regions of fewer pixels of the photograph. The verdict is by the score and does not change.',
      placeholder: 'N',
      min: 0,
      default: 0,
    }),
    mmPerPixel: number({
      help: 'Side of a pixel of the photograph on the part; regions then have their area in mm² too.',
      placeholder: 'X',
      min: 0,
      isOpen: true,
    }),
    partPattern: {
      ...datasetOptions.partPattern,
      group: 'Options',
      help: 'Judge whole parts too: part id is the first group of this regular expression, matched against the path of an image.',
    },
    weights: path({
      help: 'Folder of weights to take in place of those in the model folder; they must be the same.',
      placeholder: 'DIR',
      defaultText: "the model's own",
      mustExist: 'no such folder of weights',
    }),
    ...trustOption,
    ...machineOptions,
  },
})

export type PredictOptions = OptionsOf<typeof predictAsk>
export type PredictRequest = RequestOf<typeof predictAsk>
