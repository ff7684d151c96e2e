import { defineCommand } from '../command.ts'
import { requirePath } from '../resolve-request.ts'

export const report = defineCommand({
  name: 'report',
  summary: 'Build the report.html of a run folder again, without the dataset',
  operands: [{ name: 'run', type: 'path', isRequired: true, description: 'Run folder.' }],
  options: {},
  examples: ['plumbline report runs/first'],
  async run({ operands }, _effects, task) {
    const run = requirePath(operands.run![0]!)
    const { buildReport } = await import('../../report/build-report.ts')
    const path = await buildReport(run, task)
    return { json: { report: path }, text: `${path}\n` }
  },
})
