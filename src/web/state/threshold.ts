/** What another threshold would mean: scores of the line, and the changes that people proposed. */
import type { NewProposal, Proposal } from '../../wire/station/proposal.ts'
import type { InspectionFilter } from '../../wire/station/query.ts'
import type { ScoredPart } from '../../wire/station/scored-part.ts'
import { type By, call } from './call.ts'
import { filterQuery } from './station.ts'

export const threshold = {
  /** Newest first, at most 20,000. */
  scores: (filter: InspectionFilter, by: By = {}) =>
    call<readonly ScoredPart[]>('v1/scores', { query: { ...filterQuery(filter), limit: 20_000 }, ...by }),
  proposals: (by: By = {}) => call<readonly Proposal[]>('v1/proposals', by),
  propose: (proposal: Omit<NewProposal, 'by'>) =>
    call<Proposal>('v1/proposals', { method: 'POST', json: proposal }),
  decide: (id: number, decision: 'accepted' | 'rejected' | 'rolled-back', why: string) =>
    call<Proposal>(`v1/proposals/${id}/decision`, { method: 'POST', json: { decision, why } }),
}
