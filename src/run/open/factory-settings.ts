/** What the factory states, with what stands in where it states nothing. */
import type { FactorySettings } from '../../evaluate/factory-settings.ts'
import type { FactoryRequest, ThresholdRequest } from '../../request.ts'

/** Assumed share of defective parts; the results say that it is assumed. */
export const assumedPrevalence = 0.01

export function factorySettings(request: FactoryRequest, { alpha }: ThresholdRequest): FactorySettings {
  return {
    prevalence: request.prevalence ?? assumedPrevalence,
    costEscape: request.costEscape,
    costOverkill: request.costOverkill,
    partialFpr: alpha,
  }
}
