import { InputError } from '../../errors.ts'
import { choice } from '../../options/kinds.ts'
import { auditAsk } from '../../options/requests/audit.ts'
import { defineCommand } from '../command.ts'
import { auditText } from '../text/audit-text.ts'

export const audit = defineCommand({
  name: 'audit',
  summary: "Check the hash chain of the station's audit log",
  description: [
    'Each entry holds the hash of the one before, so an entry that was changed, removed or slipped in breaks the chain: exit code 3, with the place. The station may be running.',
    'Note the head that is printed somewhere else, and give it with `--head` next time: then a log that was cut off at its end shows too.',
  ],
  options: {
    action: choice(['verify'], { help: 'verify.', isOperand: true, isRequired: true }),
    ...auditAsk.options,
  },
  examples: ['plumbline audit verify', 'plumbline audit verify --data /srv/line-3 --json'],
  async run({ action: _, ...values }, { request, task }) {
    const { verifyAudit } = await import('../../pipeline.ts')
    const checked = await verifyAudit(request(values), task)
    const answer = { json: checked, text: auditText(checked) }
    if (checked.broken === null) return answer
    const { seq, reason } = checked.broken
    return {
      ...answer,
      failure: new InputError(values.data, `the audit log breaks at entry ${seq}: ${reason}`),
    }
  },
})
