import { choice } from '../../options/kinds.ts'
import { modelAsk } from '../../options/requests/model.ts'
import { defineCommand } from '../command.ts'
import { modelText } from '../text/model-text.ts'

export const model = defineCommand({
  name: 'model',
  summary: "Show a model's card: what it is, what was promised, and for what it holds",
  description: [
    'Every file of the folder is verified first. Nothing else is needed, neither weights nor dataset.',
  ],
  options: {
    action: choice(['show'], { help: 'show.', isOperand: true, isRequired: true }),
    ...modelAsk.options,
  },
  examples: [
    'plumbline model show models/line-3',
    'plumbline model show models/line-3 --report card.html',
    'plumbline model show runs/first/models/fold-0 --json',
  ],
  async run({ action: _, ...values }, { request, columns }) {
    const { showModel } = await import('../../pipeline.ts')
    const card = await showModel(request(values))
    const page = values.report === null ? '' : `\nPage: ${values.report}\n`
    return { json: card, text: `${modelText(card, values.model, columns)}${page}` }
  },
})
