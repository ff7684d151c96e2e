import { InputError } from '../../errors.ts'
import { defineCommand } from '../command.ts'
import { detectorOptions, machineOptions } from '../common-options.ts'
import type { Options } from '../options.ts'
import { requirePath, resolveMachine, resolveWeights } from '../resolve-request.ts'
import { predictionText } from '../text/prediction-text.ts'

export const predictOptions = {
  out: {
    type: 'path',
    placeholder: 'DIR',
    defaultText: 'no heat maps',
    description: 'Folder for heat maps: new, empty, or of an earlier prediction.',
  },
  threshold: {
    type: 'number',
    placeholder: 'SCORE',
    defaultText: "the model's own",
    description: 'Raw score from which an image is anomalous.',
  },
  weights: detectorOptions.weights,
  ...machineOptions,
} as const satisfies Options

export const predict = defineCommand({
  name: 'predict',
  summary: 'Judge images with a trained model: score, verdict and heat map',
  description: [
    'An image that cannot be read is reported in its place; the others are judged all the same, and the exit code is 3.',
  ],
  operands: [
    {
      name: 'model',
      type: 'path',
      isRequired: true,
      description: 'Model folder, as `plumbline train` writes it.',
    },
    {
      name: 'image',
      type: 'path',
      isRequired: true,
      isRepeatable: true,
      description: 'Image files, or folders of them.',
    },
  ],
  options: predictOptions,
  examples: [
    'plumbline predict models/line-3 photo.png',
    'plumbline predict models/line-3 incoming --out maps --json',
  ],
  async run({ values, operands }, effects, task) {
    const request = {
      ...resolveMachine(values, effects),
      model: requirePath(operands.model![0]!),
      images: operands.image!,
      out: values.out,
      weights: resolveWeights(values.weights, effects),
      threshold: values.threshold,
    }
    const { predictImages } = await import('../../pipeline.ts')
    const prediction = await predictImages(request, task)
    const failed = prediction.images.flatMap((image) => (image.ok ? [] : [image]))
    const [first] = failed
    return {
      json: prediction,
      text: predictionText(prediction),
      ...(first && { failure: new InputError(first.path, reasonOfFailure(first, failed.length)) }),
    }
  },
})

function reasonOfFailure({ error }: { readonly error: string }, count: number): string {
  return count === 1 ? error : `${error} (and ${count - 1} more images that could not be judged)`
}
