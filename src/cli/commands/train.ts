import { trainAsk } from '../../options/requests/train.ts'
import { defineCommand } from '../command.ts'
import { takeInFlags, withDetectorFlags } from '../detector-flags.ts'
import { modelText } from '../text/model-text.ts'

export const train = defineCommand({
  name: 'train',
  summary: 'Fit one model on every nominal image, its threshold included where the data allows one',
  description: [
    'What the model is worth, `plumbline evaluate` says: a model judged on its own images looks perfect.',
    '--from-run trains with the options of an evaluation on every nominal image, of its dataset where no other place is named, and carries the figures of its folds in the card.',
  ],
  options: withDetectorFlags(trainAsk.options),
  examples: [
    'plumbline train parts --out models/line-3',
    'plumbline train --from-run runs/first --out models/line-3',
    'plumbline train parts --out models/strict --threshold neyman-pearson --alpha 0.05 --delta 0.05',
  ],
  check: (values) => trainAsk.check?.(takeInFlags(values)),
  async run(values, { request, task, columns }) {
    const { trainModel } = await import('../../pipeline.ts')
    const card = await trainModel(request(takeInFlags(values)), task)
    return { json: card, text: modelText(card, values.out, columns) }
  },
})
