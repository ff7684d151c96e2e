/** What may be asked of `verifyAudit`. */
import { path, text } from '../kinds.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'

export const auditAsk = defineAsk({
  caller: 'verifyAudit',
  options: {
    data: path({
      help: "The station's own folder, as `serve --data` has it.",
      placeholder: 'DIR',
      default: 'plumbline-station',
      mustExist: 'no such folder',
    }),
    database: text({
      help: 'PostgreSQL in place of the SQLite file in --data.',
      placeholder: 'URL',
      defaultText: 'the file in --data',
    }),
    head: text({
      help: 'A head that an earlier check printed: it must be among the entries, so that a log cut off at its end shows.',
      placeholder: 'HASH',
      defaultText: 'the end is not checked',
    }),
  },
})

export type VerifyAuditOptions = OptionsOf<typeof auditAsk>
export type VerifyAuditRequest = RequestOf<typeof auditAsk>
