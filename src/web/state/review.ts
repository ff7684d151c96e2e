/** The review queue of the station. */
import type { Correction, NewCorrection } from '../../wire/station/correction.ts'
import type { StationInspection } from '../../wire/station/inspection.ts'
import type { Count } from '../../wire/station/query.ts'
import type { ClaimResult, SamplingRule, SamplingRuleInForce } from '../../wire/station/review.ts'
import { type By, call, Refusal } from './call.ts'

export const review = {
  openCount: (by: By = {}) => call<Count>('v1/review/count', by),
  /** The next that nobody holds, claimed; null where there is none. */
  next: () => call<StationInspection | null>('v1/review/next', { method: 'POST' }),
  /** @throws {Refusal} Somebody else holds it, or has decided. */
  async claim(id: string): Promise<void> {
    const result = await call<ClaimResult>(`v1/inspections/${id}/claim`, { method: 'POST' })
    if (result.ok) return
    const code = result.reason.toUpperCase().replaceAll('-', '_')
    throw new Refusal({ status: 409, code, detail: result.reason })
  },
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
  setRule: (rule: SamplingRule) =>
    call<SamplingRuleInForce>('v1/review/rules', { method: 'POST', json: rule }),
  rules: (by: By = {}) => call<readonly SamplingRuleInForce[]>('v1/review/rules', by),
}
