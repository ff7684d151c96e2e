/** The guardrails on a model, in the order of their answers. */
import type { Guardrail } from '../contract.ts'
import { aurocMisleading } from './auroc-misleading.ts'
import { backgroundReliance } from './background/background-reliance.ts'
import type { EvaluatedRun } from './evaluated-run.ts'
import type { FittedRun, RobustnessRun } from './fitted-run.ts'
import { localisationConcordance } from './localisation-concordance.ts'
import { perturbations } from './robustness/perturbations.ts'
import { robustness } from './robustness/robustness.ts'
import { scoreSaturation } from './score-saturation.ts'
import { selectionLeakage } from './selection-leakage.ts'
import { silhouetteMap } from './silhouette-map.ts'
import { subgroupWorst } from './subgroup-worst.ts'
import { thresholdOptimism } from './threshold-optimism.ts'
import { thresholdStability } from './threshold-stability.ts'

/** What the scores of an evaluation tell without a model: quick, so `evaluate` asks them too. */
export const evaluationGuardrails: readonly Guardrail<EvaluatedRun>[] = [
  selectionLeakage,
  thresholdOptimism,
  thresholdStability,
  subgroupWorst,
  scoreSaturation,
  aurocMisleading,
]

/** What is asked of a fitted model with images that are changed: most of the work, and each on its own. */
export const robustnessGuardrails: readonly Guardrail<RobustnessRun>[] = perturbations.map(robustness)

/** What takes a fitted model that looks again. */
export const modelGuardrails: readonly Guardrail<FittedRun>[] = [
  backgroundReliance,
  localisationConcordance,
  silhouetteMap,
  ...robustnessGuardrails,
]
