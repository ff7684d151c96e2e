/** What the page shows, gathered: everything `renderReport` needs, and nothing it must look up itself. */
import type { Diagnosis } from '../wire/diagnosis.ts'
import type { Evaluation, LevelMetrics, ScoreRow } from '../wire/evaluation.ts'
import type { GuardrailPicture } from '../wire/guardrail-report.ts'
import type { Activations, GalleryItem, MapScale } from '../wire/report-data.ts'
import type { Curves } from './curves.ts'
import type { FoldTraining } from './sections/training.ts'

export interface ReportView {
  readonly evaluation: Evaluation
  /** Lines of `scores.csv`; curves, histogram and the what-if panel are computed from the inference rows. */
  readonly rows: readonly ScoreRow[]
  /** In the order to show: worst mistakes first. */
  readonly gallery: readonly GalleryItem[]
  /** The one colour scale of all heat maps; absent where the gallery has none. */
  readonly mapScale?: MapScale
  /** Where the backbone answers; absent where it was not recorded. */
  readonly activations?: Activations
  /** Evidence of findings, by their id. */
  readonly pictures?: readonly GuardrailPicture[]
  /** What `diagnose` found; absent where nobody asked. */
  readonly diagnosis?: Diagnosis
  readonly title?: string
  /** Of detectors that are trained step by step; absent for others. */
  readonly trainings?: readonly FoldTraining[]
  /** Computed from `rows` when absent. */
  readonly curves?: Curves
  /** Resolved options of the run (`config.json`), for the method section. */
  readonly config?: Readonly<Record<string, unknown>>
  /** The command line that made the run; rebuilt from the evaluation when absent. */
  readonly command?: string
}

/** The level a verdict is given at: parts where they are known, else images, each counted as a part. */
export function verdictLevel(evaluation: Evaluation): { name: 'part' | 'image'; metrics: LevelMetrics } {
  const { part, image } = evaluation.metrics
  return part === null ? { name: 'image', metrics: image } : { name: 'part', metrics: part }
}
