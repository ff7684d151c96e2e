/** What the guardrails on an evaluation are given: its folds, and what was made of them. */
import type { FoldResult, FoldSettings } from '../../evaluate/evaluate-fold.ts'
import type { Random } from '../../math/random.ts'
import type { Evaluation } from '../../wire/evaluation.ts'

/** Another run of the same dataset. */
export interface Sibling {
  readonly name: string
  /** e.g. `patchcore on mobilenet_v2`. */
  readonly what: string
  /** Whether its folds, roles included, are those of this run. */
  readonly isOnSameFolds: boolean
  /** Of images, fold by fold. */
  readonly aurocPerFold: readonly (number | null)[]
}

export interface EvaluatedRun {
  readonly results: readonly FoldResult[]
  readonly settings: FoldSettings
  readonly evaluation: Pick<
    Evaluation,
    'protocol' | 'metrics' | 'naive' | 'dataset' | 'detector' | 'backbone' | 'folds'
  >
  /** Runs of the same dataset that lie beside this one; null where nobody looked for them. */
  readonly siblings: readonly Sibling[] | null
  /** A stream of its own for every name. */
  readonly randomOf: (name: string) => Random
}
