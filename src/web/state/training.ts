/** From what people decided to the next model: datasets, jobs, models. */
import type { Job, JobRecord } from '../../wire/jobs.ts'
import type { ModelSwitch } from '../../wire/serve/models.ts'
import type { InspectionFilter } from '../../wire/station/query.ts'
import type { ShadowComparison } from '../../wire/station/shadow-comparison.ts'
import { type By, call } from './call.ts'

export interface MadeDataset {
  readonly name: string
  readonly path: string
  readonly nominal: number
  readonly anomalous: number
  readonly withoutPicture: number
  readonly unsure: number
}

export const training = {
  datasets: (by: By = {}) =>
    call<readonly { readonly name: string; readonly exported: boolean }[]>('v1/datasets', by),
  makeDataset: (name: string, filter: InspectionFilter) =>
    call<MadeDataset>('v1/manifests', { method: 'POST', json: { name, filter } }),
  jobs: (by: By = {}) => call<readonly JobRecord[]>('v1/jobs', by),
  start: (job: Job) => call<JobRecord>('v1/jobs', { method: 'POST', json: job }),
  cancel: (id: string) => call<JobRecord>(`v1/jobs/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  activate: (id: string) =>
    call<ModelSwitch>(`v1/models/${encodeURIComponent(id)}/activate`, { method: 'POST' }),
  shadow: (id: string) => call<ModelSwitch>(`v1/models/${encodeURIComponent(id)}/shadow`, { method: 'POST' }),
  endShadow: () => call<ModelSwitch>('v1/models/shadow', { method: 'DELETE' }),
  /** Null without a model in shadow. */
  comparison: (by: By = {}) => call<ShadowComparison | null>('v1/models/shadow/comparison', by),
  rollBack: () => call<ModelSwitch>('v1/models/rollback', { method: 'POST' }),
}
