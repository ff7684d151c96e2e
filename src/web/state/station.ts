/** What the page asks of the station: every address of the API that it knows stands here. */
import type { Readiness } from '../../wire/serve/health.ts'
import type { InspectAnswer } from '../../wire/serve/inspect.ts'
import type { Models } from '../../wire/serve/models.ts'
import type { Facets } from '../../wire/station/facets.ts'
import type { StationInspection } from '../../wire/station/inspection.ts'
import type { InspectionFilter, InspectionPage, InspectionQuery, Tally } from '../../wire/station/query.ts'
import { addressOf, type By, call, type Query } from './call.ts'

/** Fields of a filter as the query of an address: lists by commas. */
export function filterQuery(filter: InspectionFilter): Query {
  const { outcome, ...rest } = filter
  return { ...rest, ...(outcome === undefined ? {} : { outcome: outcome.join(',') }) }
}

export const station = {
  ready: (by: By = {}) => call<Readiness>('health/ready', by),
  models: (by: By = {}) => call<Models>('v1/models', by),
  inspections: ({ filter, order, limit, after }: InspectionQuery, by: By = {}) =>
    call<InspectionPage>('v1/inspections', { query: { ...filterQuery(filter), order, limit, after }, ...by }),
  inspection: (id: string, by: By = {}) => call<StationInspection>(`v1/inspections/${id}`, by),
  facets: (by: By = {}) => call<Facets>('v1/facets', by),
  tallies: (from: string, to: string, by: 'hour' | 'day', signal: By = {}) =>
    call<readonly Tally[]>('v1/tallies', { query: { from, to, by }, ...signal }),
  inspect: (picture: Blob, fields: Query, by: By = {}) =>
    call<InspectAnswer>('v1/inspect', {
      method: 'POST',
      query: fields,
      body: picture,
      headers: { 'content-type': picture.type || 'application/octet-stream' },
      ...by,
    }),
}

export const pictureAddress = (id: string, image: number): string =>
  `v1/inspections/${id}/images/${image}/picture`
export const mapAddress = (id: string, image: number): string =>
  `v1/inspections/${id}/images/${image}/map.png`
/** @param side - Longest side in pixels. */
export const thumbnailAddress = (id: string, image: number, side: number): string =>
  addressOf(`v1/inspections/${id}/images/${image}/thumbnail`, { side })
