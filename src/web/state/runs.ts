/** Evaluations that were made, and two of them compared. */
import type { Comparison } from '../../evaluate/compare.ts'
import type { Evaluation } from '../../wire/evaluation.ts'
import type { GuardrailPicture } from '../../wire/guardrail-report.ts'
import type { Disagreement, RunImage, RunSummary } from '../../wire/serve/runs.ts'
import { addressOf, type By, call } from './call.ts'

export const runs = {
  list: (by: By = {}) => call<readonly RunSummary[]>('v1/runs', by),
  one: (id: string, by: By = {}) => call<Evaluation>(`v1/runs/${encodeURIComponent(id)}`, by),
  images: (id: string, by: By = {}) =>
    call<readonly RunImage[]>(`v1/runs/${encodeURIComponent(id)}/images`, by),
  pictures: (id: string, by: By = {}) =>
    call<readonly GuardrailPicture[]>(`v1/runs/${encodeURIComponent(id)}/pictures`, by),
  compare: (a: string, b: string, by: By = {}) =>
    call<Comparison>('v1/comparisons', { query: { a, b }, ...by }),
  /** Images that the one judges right in most folds and the other wrong. */
  disagreements: (a: string, b: string, by: By = {}) =>
    call<readonly Disagreement[]>('v1/comparisons/disagreements', { query: { a, b }, ...by }),
}

export const reportAddress = (id: string): string => `v1/runs/${encodeURIComponent(id)}/report`
export const runMapAddress = (id: string, image: string): string =>
  addressOf(`v1/runs/${encodeURIComponent(id)}/maps/${image.split('/').map(encodeURIComponent).join('/')}`)
