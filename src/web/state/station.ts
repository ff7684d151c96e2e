/** What the page asks of the station: every address of the API that it knows stands here. */
import type { Readiness } from '../../wire/serve/health.ts'
import type { InspectAnswer } from '../../wire/serve/inspect.ts'
import type { Models } from '../../wire/serve/models.ts'
import type { OutputsState } from '../../wire/serve/outputs.ts'
import type { WatchState } from '../../wire/serve/watch.ts'
import type { Facets } from '../../wire/station/facets.ts'
import type { StationInspection } from '../../wire/station/inspection.ts'
import type { Letter } from '../../wire/station/letter.ts'
import type { InspectionFilter, InspectionPage, InspectionQuery, Tally } from '../../wire/station/query.ts'
import { addressOf, type By, call, type Query } from './call.ts'

/** Fields of a filter as the query of an address: lists by commas. */
export function filterQuery(filter: InspectionFilter): Query {
  const { outcome, ...rest } = filter
  return { ...rest, ...(outcome === undefined ? {} : { outcome: outcome.join(',') }) }
}

export const station = {
  /** Also where it is not ready: then it says why. */
  ready: (by: By = {}) => call<Readiness>('health/ready', { accept: 503, ...by }),
  models: (by: By = {}) => call<Models>('v1/models', by),
  inspections: ({ filter, order, limit, after }: InspectionQuery, by: By = {}) =>
    call<InspectionPage>('v1/inspections', { query: { ...filterQuery(filter), order, limit, after }, ...by }),
  inspection: (id: string, by: By = {}) => call<StationInspection>(`v1/inspections/${id}`, by),
  /** Null where none is watched. */
  watch: (by: By = {}) => call<WatchState | null>('v1/watch', by),
  outputs: (by: By = {}) => call<OutputsState>('v1/outputs', by),
  /** Letters that were given up, newest first. */
  deadLetters: (target: string, by: By = {}) =>
    call<readonly Letter[]>('v1/letters', { query: { target, state: 'dead', limit: 50 }, ...by }),
  sendAgain: (letter: number) => call<unknown>(`v1/letters/${letter}/retry`, { method: 'POST' }),
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
  addressOf(`v1/inspections/${id}/images/${image}/picture`, { as: 'drawn' })
export const mapAddress = (id: string, image: number): string =>
  `v1/inspections/${id}/images/${image}/map.png`
/** @param hash - Of a painted mask. */
export const maskAddress = (hash: string): string => `v1/masks/${hash}`
/** @param side - Longest side in pixels. */
export const thumbnailAddress = (id: string, image: number, side: number): string =>
  addressOf(`v1/inspections/${id}/images/${image}/thumbnail`, { side })
