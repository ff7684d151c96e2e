/** What may be asked of `restoreStation`. */
import { path } from '../kinds.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'
import { auditAsk } from './audit.ts'

const { database } = auditAsk.options

export const restoreAsk = defineAsk({
  caller: 'restoreStation',
  options: {
    backup: path({
      help: 'Folder of a backup, as the station writes it.',
      isOperand: true,
      isRequired: true,
      mustExist: 'no such folder',
    }),
    data: path({
      help: 'Where the station shall have its folder: new, or without records.',
      placeholder: 'DIR',
      isRequired: true,
    }),
    database,
  },
})

export type RestoreOptions = OptionsOf<typeof restoreAsk>
export type RestoreRequest = RequestOf<typeof restoreAsk>
