import { defineCommand } from '../command.ts'
import { requirePath } from '../resolve-request.ts'
import { comparisonText } from '../text/comparison-text.ts'

export const compare = defineCommand({
  name: 'compare',
  summary: 'Compare two evaluations on identical folds, pair by pair',
  description: [
    'Both runs must be of the same dataset, seed and folds. A difference whose interval includes 0 is called not distinguishable.',
  ],
  operands: [
    { name: 'a', type: 'path', isRequired: true, description: 'Run folder.' },
    { name: 'b', type: 'path', isRequired: true, description: 'Run folder to compare it with.' },
  ],
  options: {},
  examples: ['plumbline compare runs/first runs/second'],
  async run({ operands }, effects) {
    const a = requirePath(operands.a![0]!)
    const b = requirePath(operands.b![0]!)
    const { compareRunFolders } = await import('../../pipeline.ts')
    const comparison = await compareRunFolders(a, b)
    return { json: comparison, text: comparisonText(comparison, effects.columns) }
  },
})
