/** What may be asked of the demonstration. */
import { path } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { protocolOptions, seedOption } from '../protocol-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'

export const demoAsk = defineAsk({
  caller: 'runDemo',
  options: {
    out: path({
      help: 'Folder for the simulated parts and the results.',
      placeholder: 'DIR',
      default: 'plumbline-demo',
    }),
    folds: protocolOptions.folds,
    ...seedOption,
    ...machineOptions,
  },
})

export type DemoOptions = OptionsOf<typeof demoAsk>
export type DemoRequest = RequestOf<typeof demoAsk>
