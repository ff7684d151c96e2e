/** What the guardrails on the data look at: the samples, one look at every file, and what is worked out once for several. */
import type { Dataset, Sample } from '../../dataset/sample.ts'
import type { UnitKind } from '../../evaluate/units.ts'
import type { Fit, Size } from '../../image/image.ts'
import type { Random } from '../../math/random.ts'
import type { InferredGroups } from '../../parts/likeness/infer-groups.ts'
import type { Scan } from '../../parts/scan/picture.ts'

export interface CheckContext {
  readonly dataset: Pick<Dataset, 'issues' | 'layout' | 'leftOut'>
  /** Every sample of the dataset, readable or not. */
  readonly samples: readonly Sample[]
  readonly scan: Scan
  readonly unit: UnitKind
  readonly input: {
    readonly size: Size
    readonly fit: Fit
    /** Model-input pixels from one feature cell to the next; null where no backbone was asked for. */
    readonly cell: number | null
  }
  /** Escape rate that the user wants to be able to promise, 0..1 exclusive; null where nobody was asked. */
  readonly escapeClaim: number | null
  /** Groups of `scan.pictures` that show the same part; null where that is left out for speed, or there are too few. */
  readonly groups: (() => Promise<InferredGroups>) | null
  /** Mean embedding of every picture in `scan.pictures`; null where no backbone was asked for. */
  readonly embeddings: (() => Promise<readonly Float32Array[]>) | null
  /**
   * Outlier score of every nominal picture that may train, by a detector that has not seen its unit: index in
   * `scan.pictures` and score; null where no detector was asked for.
   */
  readonly outlierScores: (() => Promise<OutlierScores>) | null
  readonly random: Random
}

export interface OutlierScores {
  readonly pictures: readonly number[]
  /** Raw, higher = stranger. */
  readonly scores: readonly number[]
}
