/** What a bench of training runs: a plan, its arithmetic, and the spread of the random batch it is fed. */
import type { TrainingPlan } from '../src/graph/index.ts'

export interface Workload {
  readonly plan: TrainingPlan
  /** Arithmetic of the products that are computed, and of those that the reference computes. */
  readonly gflop: number
  readonly nominalGflop: number
  /** Standard deviation of each input's normal draws. */
  readonly spread: Readonly<Record<string, number>>
}
