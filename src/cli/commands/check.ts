import { checkAsk } from '../../options/requests/check.ts'
import { defineCommand } from '../command.ts'
import { failOnOption, failureOn } from '../fail-on.ts'
import { findingsText } from '../text/findings-text.ts'
import { understoodText } from '../text/understood-text.ts'

export const check = defineCommand({
  name: 'check',
  summary: 'Find what is wrong with a dataset before anything is trained on it',
  description: [
    'Asks the questions of docs/guardrails.md: files, duplicates, parts in several roles, shortcuts, shift, pose, size of defects, light, focus, unnoticed defects, numbers. Each finding comes with its evidence and a remedy; what cannot be asked says what is missing.',
  ],
  options: { ...failOnOption, ...checkAsk.options },
  examples: [
    'plumbline check parts',
    'plumbline check parts --json --fail-on error',
    'plumbline check parts --write-parts parts.csv --report parts.html',
  ],
  async run({ failOn, ...values }, { request, task, columns }) {
    const { checkDataset } = await import('../../pipeline.ts')
    const { report } = await checkDataset(request(values), task)
    const failure = failureOn(report.findings, failOn)
    const where = values.report === null ? '' : `\nReport: ${values.report}\n`
    return {
      json: report,
      text: `${report.dataset ? `${understoodText(report.dataset, columns)}\n\n` : ''}${findingsText(report, columns)}${where}`,
      ...(failure && { failure }),
    }
  },
})
