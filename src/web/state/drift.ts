/** Evidence that the line has changed, and what the model's promise is worth on it. */
import type { DriftPoint, DriftStatus } from '../../wire/station/drift.ts'
import type { LinePromise } from '../../wire/station/promise.ts'
import { type By, call } from './call.ts'

export const drift = {
  /** Null while no model judges. */
  status: (by: By = {}) => call<DriftStatus | null>('v1/drift', by),
  /** The next parts become the reference. */
  commission: () => call<unknown>('v1/drift/commission', { method: 'POST' }),
  points: (by: By = {}) => call<readonly DriftPoint[]>('v1/drift/points', by),
  promise: (by: By = {}) => call<LinePromise | null>('v1/promise', by),
}
