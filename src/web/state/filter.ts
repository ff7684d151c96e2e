/** A filter of inspections as the query of the address, both ways, so that what one sees can be sent to somebody. */
import { outcomes } from '../../wire/station/outcomes.ts'
import type { InspectionFilter, InspectionQuery } from '../../wire/station/query.ts'
import { readChoices, readNumbers, readSeveral } from './query-fields.ts'

export type Order = InspectionQuery['order']
const orders: readonly Order[] = ['newest', 'oldest', 'highest', 'lowest']
const texts = ['part', 'lot', 'camera', 'model', 'kind', 'correctedBy', 'from', 'to'] as const
const numbers = ['scoreFrom', 'scoreTo'] as const
const choices = {
  correction: ['none', 'any', 'nominal', 'anomalous', 'unsure'],
  review: ['open', 'decided'],
  shadow: ['answered', 'shadow', 'both'],
} as const

/** What the address says; what is no value of a field is left out. */
export function readFilter(query: URLSearchParams): InspectionFilter {
  const outcome = readSeveral(query, 'outcome', outcomes)
  const filter: Record<string, unknown> = { ...readNumbers(query, numbers), ...readChoices(query, choices) }
  if (outcome.length > 0) filter.outcome = outcome
  for (const name of texts) {
    const value = query.get(name)
    if (value) filter[name] = value
  }
  return filter as InspectionFilter
}

export function readOrder(query: URLSearchParams): Order {
  return orders.find((each) => each === query.get('order')) ?? 'newest'
}

export function filterAddress(filter: InspectionFilter, order: Order): Record<string, string> {
  const query: Record<string, string> = order === 'newest' ? {} : { order }
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined) query[name] = Array.isArray(value) ? value.join(',') : String(value)
  }
  return query
}
