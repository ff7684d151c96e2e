import { InputError } from '../../errors.ts'
import { predictAsk } from '../../options/requests/predict.ts'
import { defineCommand } from '../command.ts'
import { predictionText } from '../text/prediction-text.ts'

export const predict = defineCommand({
  name: 'predict',
  summary: 'Judge images with a trained model: score, verdict and heat map',
  description: [
    'An image that cannot be read is reported in its place; the others are judged all the same, and the exit code is 3.',
  ],
  options: predictAsk.options,
  examples: [
    'plumbline predict models/line-3 photo.png',
    'plumbline predict models/line-3 incoming --out maps --json',
  ],
  async run(values, { request, task }) {
    const { predictImages } = await import('../../pipeline.ts')
    const prediction = await predictImages(request(values), task)
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
