/** Share of defective parts on the factory floor, and what mistakes cost there. */
import type { FactorySettings } from '../evaluate/factory-settings.ts'
import { number } from './kinds.ts'
import type { Values } from './option.ts'

const group = 'Factory'
const cost = { group, placeholder: 'C', min: 0, default: 1, recorded: 'protocol' } as const

export const factoryOptions = {
  prevalence: number({
    help: 'Share of parts on the line that are defective.',
    group,
    placeholder: 'P',
    min: 0,
    max: 1,
    isOpen: true,
    defaultText: 'assumed, and said so',
  }),
  costEscape: number({ ...cost, help: 'Cost of a defective part that is passed.' }),
  costOverkill: number({ ...cost, help: 'Cost of a good part that is rejected.' }),
}

/** Assumed share of defective parts; the results say that it is assumed. */
export const assumedPrevalence = 0.01

/** What the factory states, with what stands in where it states nothing. */
export function statedFactory(
  request: Values<typeof factoryOptions> & { readonly alpha: number },
): FactorySettings {
  return {
    prevalence: request.prevalence ?? assumedPrevalence,
    costEscape: request.costEscape,
    costOverkill: request.costOverkill,
    partialFpr: request.alpha,
  }
}
