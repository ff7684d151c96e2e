/** How a student is trained. */
import type { LossWeights } from './distillation-loss.ts'
import { lossWeights } from './distillation-loss.ts'

export interface DistillOptions {
  readonly steps: number
  /** Crops a step. */
  readonly batch: number
  /** Of a crop, pixels. */
  readonly side: number
  /** At its height. */
  readonly learningRate: number
  readonly seed: number
  readonly threads: number
  readonly weights: LossWeights
  /** `sha256:…` of the student that is trained on; null to begin anew. */
  readonly from: string | null
  /** Share of the steps, at the end, in which the student sees what the teacher does. */
  readonly calmShare: number
}

export const distillDefaults: Omit<DistillOptions, 'steps' | 'threads'> = {
  batch: 16,
  side: 160,
  learningRate: 2e-3,
  seed: 0,
  from: null,
  weights: lossWeights,
  calmShare: 0.25,
}
