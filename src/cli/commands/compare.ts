import { path } from '../../options/kinds.ts'
import { defineCommand } from '../command.ts'
import { comparisonText } from '../text/comparison-text.ts'

const run = { isOperand: true, isRequired: true, mustExist: 'no such file or folder' } as const

export const compare = defineCommand({
  name: 'compare',
  summary: 'Compare two evaluations on identical folds, pair by pair',
  description: [
    'Both runs must be of the same dataset, seed and folds. A difference whose interval includes 0 is called not distinguishable.',
  ],
  options: {
    a: path({ ...run, help: 'Run folder.' }),
    b: path({ ...run, help: 'Run folder to compare it with.' }),
  },
  examples: ['plumbline compare runs/first runs/second'],
  async run({ a, b }, { columns }) {
    const { compareRunFolders } = await import('../../pipeline.ts')
    const comparison = await compareRunFolders(a, b)
    return { json: comparison, text: comparisonText(comparison, columns) }
  },
})
