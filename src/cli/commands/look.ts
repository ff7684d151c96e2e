import { FindingError } from '../../errors.ts'
import { lookAsk } from '../../options/requests/look.ts'
import { leftOutWords } from '../../report/understood-words.ts'
import { defineCommand } from '../command.ts'
import { failOnOption } from '../fail-on.ts'
import { understoodText } from '../text/understood-text.ts'

export const look = defineCommand({
  name: 'look',
  summary: 'Say what a folder is taken for: layout, classes, masks, parts, and what is left out',
  description: [
    'Opens every file once and trains nothing. If a line is not what you mean, name the folders with --good and --defects, or write a manifest.csv.',
  ],
  options: { ...failOnOption, ...lookAsk.options },
  examples: [
    'plumbline look parts',
    'plumbline look parts --report sheet.html --fail-on error',
    'plumbline look parts --good Negative --defects Positive --json',
  ],
  async run({ failOn, ...values }, { request, task, columns }) {
    const { lookDataset } = await import('../../pipeline.ts')
    const understood = await lookDataset(request(values), task)
    const grave = understood.leftOut.find(
      ({ severity }) => severity === 'error' || (failOn === 'warning' && severity === 'warning'),
    )
    const where = values.report === null ? '' : `\nContact sheet: ${values.report}\n`
    return {
      json: understood,
      text: `${understoodText(understood, columns)}\n${where}`,
      ...(failOn !== null &&
        grave && { failure: new FindingError(`--fail-on ${failOn}: left out: ${leftOutWords(grave)}`) }),
    }
  },
})
