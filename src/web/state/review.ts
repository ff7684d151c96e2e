/** The review queue of the station. */
import type { Correction, NewCorrection } from '../../wire/station/correction.ts'
import type { StationInspection } from '../../wire/station/inspection.ts'
import type { Count } from '../../wire/station/query.ts'
import type { SamplingRule, SamplingRuleInForce } from '../../wire/station/review.ts'
import { call, Refusal } from './call.ts'

type By = { readonly signal?: AbortSignal }

export const review = {
  openCount: async (by: By = {}) =>
    (await call<{ readonly open: Count }>('v1/review', { query: { limit: 1 }, ...by })).open,
  /** The next that nobody holds, claimed; null where there is none. */
  async next(): Promise<StationInspection | null> {
    try {
      return await call<StationInspection>('v1/review/next', { method: 'POST' })
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return null
      throw error
    }
  },
  claim: (id: string) => call<unknown>(`v1/inspections/${id}/claim`, { method: 'POST' }),
  release: (id: string) => call<unknown>(`v1/inspections/${id}/claim`, { method: 'DELETE' }),
  correct: (id: string, { label, kind, note, masks }: Omit<NewCorrection, 'inspection' | 'by'>) =>
    call<Correction>(`v1/inspections/${id}/corrections`, {
      method: 'POST',
      json: { verdict: label, defect: kind, note, masks },
    }),
  undo: (correction: number) => call<unknown>(`v1/corrections/${correction}`, { method: 'DELETE' }),
  corrections: (id: string, by: By = {}) =>
    call<readonly Correction[]>(`v1/inspections/${id}/corrections`, by),
  askSecondOpinion: (id: string, why: string) =>
    call<unknown>(`v1/inspections/${id}/second-opinion`, { method: 'POST', json: { why } }),
  saveMask: (png: Blob) =>
    call<{ readonly hash: string }>('v1/masks', {
      method: 'POST',
      body: png,
      headers: { 'content-type': 'image/png' },
    }),
  rules: (by: By = {}) => call<readonly SamplingRuleInForce[]>('v1/review/rules', by),
  setRule: (rule: SamplingRule) => call<SamplingRuleInForce>('v1/review/rule', { method: 'PUT', json: rule }),
}
