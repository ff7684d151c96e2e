import { path } from '../../options/kinds.ts'
import { defineCommand } from '../command.ts'

export const report = defineCommand({
  name: 'report',
  summary: 'Build the report.html of a run folder again, without the dataset',
  options: {
    run: path({
      help: 'Run folder.',
      isOperand: true,
      isRequired: true,
      mustExist: 'no such file or folder',
    }),
  },
  examples: ['plumbline report runs/first'],
  async run({ run }, { task }) {
    const { buildReport } = await import('../../report/build-report.ts')
    const path = await buildReport(run, task)
    return { json: { report: path }, text: `${path}\n` }
  },
})
