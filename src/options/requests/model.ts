/** What may be asked of `showModel`. */
import { path } from '../kinds.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'
import { trustOption } from '../signing-options.ts'

export const modelAsk = defineAsk({
  caller: 'showModel',
  options: {
    model: path({
      help: 'Model folder, as `train` or `evaluate --keep-models` writes it.',
      isOperand: true,
      isRequired: true,
      mustExist: 'no such folder',
    }),
    report: path({ help: 'Write the card as a page, self-contained.', placeholder: 'FILE' }),
    ...trustOption,
  },
})

export type ShowModelOptions = OptionsOf<typeof modelAsk>
export type ShowModelRequest = RequestOf<typeof modelAsk>
