/** The guardrails on the data, in the order of their answers: `check` runs all, `evaluate` those that are quick. */
import type { Guardrail } from '../contract.ts'
import { aspectDistortion } from './aspect-distortion.ts'
import { balance } from './balance.ts'
import type { CheckContext } from './check-context.ts'
import { contamination } from './contamination.ts'
import { defectSize } from './defect-size.ts'
import { filesLeftOut } from './files-left-out.ts'
import { filesUnreadable } from './files-unreadable.ts'
import { leakageDuplicate } from './leakage-duplicate.ts'
import { leakagePart } from './leakage-part.ts'
import { qualityBlur } from './quality-blur.ts'
import { qualityExposure } from './quality-exposure.ts'
import { qualityReflection } from './quality-reflection.ts'
import { sampleSize } from './sample-size.ts'
import { selectionByScore } from './selection-by-score.ts'
import { shiftNominal } from './shift-nominal.ts'
import { shortcutMetadata } from './shortcut-metadata.ts'
import { silhouetteVariance } from './silhouette-variance.ts'

export const dataGuardrails: readonly Guardrail<CheckContext>[] = [
  filesUnreadable,
  filesLeftOut,
  selectionByScore,
  leakageDuplicate,
  leakagePart,
  shortcutMetadata,
  shiftNominal,
  silhouetteVariance,
  aspectDistortion,
  defectSize,
  qualityExposure,
  qualityBlur,
  qualityReflection,
  contamination,
  sampleSize,
  balance,
]

/**
 * What an evaluation asks of its own accord. It has answers of its own to the others (files it could not read, the merge test,
 * the number of units), or they take too long.
 */
export const quickGuardrails: readonly Guardrail<CheckContext>[] = [
  filesLeftOut,
  selectionByScore,
  leakageDuplicate,
  leakagePart,
  shortcutMetadata,
  silhouetteVariance,
  aspectDistortion,
  defectSize,
  qualityExposure,
  qualityBlur,
  qualityReflection,
]
