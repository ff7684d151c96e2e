/** The guardrails on a model, in the order of their answers. */
import type { Guardrail } from '../contract.ts'
import { aurocMisleading } from './auroc-misleading.ts'
import type { EvaluatedRun } from './evaluated-run.ts'
import { scoreSaturation } from './score-saturation.ts'
import { selectionLeakage } from './selection-leakage.ts'
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
