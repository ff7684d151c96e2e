/** Evaluations that were made, and two of them compared. */
import type { Comparison } from '../../evaluate/compare.ts'
import type { Evaluation } from '../../wire/evaluation.ts'
import type { GuardrailPicture } from '../../wire/guardrail-report.ts'
import type { Disagreement, MappedRunImage, RunImage, RunOutline, RunSummary } from '../../wire/serve/runs.ts'
import { addressOf, type By, call } from './call.ts'

export const runs = {
  list: (by: By = {}) => call<readonly RunSummary[]>('v1/runs', by),
  one: (id: string, by: By = {}) => call<Evaluation>(`v1/runs/${encodeURIComponent(id)}`, by),
  images: (id: string, by: By = {}) =>
    call<readonly RunImage[]>(`v1/runs/${encodeURIComponent(id)}/images`, by),
  image: (id: string, image: string, by: By = {}) =>
    call<MappedRunImage>(imageAddress(id, 'images', image), by),
  outline: (id: string, image: string, by: By = {}) =>
    call<RunOutline | null>(imageAddress(id, 'outlines', image), by),
  pictures: (id: string, by: By = {}) =>
    call<readonly GuardrailPicture[]>(`v1/runs/${encodeURIComponent(id)}/pictures`, by),
  compare: (a: string, b: string, by: By = {}) =>
    call<Comparison>('v1/comparisons', { query: { a, b }, ...by }),
  /** Images that the one judges right in most folds and the other wrong. */
  disagreements: (a: string, b: string, by: By = {}) =>
    call<readonly Disagreement[]>('v1/comparisons/disagreements', { query: { a, b }, ...by }),
}

export const reportAddress = (id: string): string => `v1/runs/${encodeURIComponent(id)}/report`

/** A browser takes `../` out of an address, and pictures of a manifest may lie above it. */
const imageAddress = (id: string, what: string, image: string): string => {
  const path = image.split('/').map(encodeURIComponent).join('/').replaceAll('../', '..%2F')
  return `v1/runs/${encodeURIComponent(id)}/${what}/${path}`
}

/** Heat map as that fold judged it. */
export const runMapAddress = (id: string, fold: number, image: string): string =>
  imageAddress(id, `maps/${fold}`, image)
export const runPhotographAddress = (id: string, image: string): string =>
  addressOf(imageAddress(id, 'photographs', image), { as: 'drawn' })
export const runThumbnailAddress = (id: string, image: string, side: number): string =>
  addressOf(imageAddress(id, 'thumbnails', image), { side })
