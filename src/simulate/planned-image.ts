/** One picture of a plan: what the manifest will say of it, what it shows, and what is really so. */
import type { RenderSpec, Severity } from './render-spec.ts'

export interface PlannedImage {
  /** File name without extension, unique. */
  readonly name: string
  /** As the manifest says it; null where it does not. */
  readonly part: string | null
  readonly lot: string
  /** Rotation at which the station is set, degrees; the picture's own scatters about it. */
  readonly angle: number
  readonly split: 'train' | 'test'
  /** How bad what the part has is, in view or not; null for a part that is believed sound. */
  readonly severity: Severity | null
  readonly spec: RenderSpec
  /** What is really so; for `truth.csv`, and for nothing that a detector is given. */
  readonly truth: {
    readonly part: string
    /** Name of the picture that this one repeats. */
    readonly copyOf: string | null
    /** What was done to it in any case, and what only if it is anomalous. */
    readonly pathologies: readonly string[]
    readonly whenAnomalous: readonly string[]
  }
}
