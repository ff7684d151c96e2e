import { join } from 'node:path'
import { diagnoseAsk } from '../../options/requests/diagnose.ts'
import { defineCommand } from '../command.ts'
import { failOnOption, failureOn } from '../fail-on.ts'
import { findingsText } from '../text/findings-text.ts'

export const diagnose = defineCommand({
  name: 'diagnose',
  summary: 'Find out whether the model of a run is right for the right reasons',
  description: [
    'Asks the questions of docs/guardrails.md: does the verdict come from the background, does it point at the defect, what harmless change of the picture turns a good part into a defective one, does the threshold jump, was anything chosen on test data, for whom does it fail. Needs the dataset as it was. Pictures and curves go into the report of the run.',
    'Interrupted, it goes on with the questions that have no answer yet.',
  ],
  options: { ...failOnOption, ...diagnoseAsk.options },
  examples: ['plumbline diagnose runs/first', 'plumbline diagnose runs/first --json --fail-on warning'],
  async run({ failOn, ...values }, { request, task, columns }) {
    const { diagnoseRun } = await import('../../pipeline.ts')
    const { report } = await diagnoseRun(request(values), task)
    const failure = failureOn(report.findings, failOn)
    return {
      json: report,
      text: `${findingsText(report, columns)}\nReport: ${join(values.run, 'report.html')}\n`,
      ...(failure && { failure }),
    }
  },
})
