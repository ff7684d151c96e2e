/** The figures of one level (image or part) on one set of scores: their names, their ranges, their values. */

import type { FactorySettings } from './factory-settings.ts'
import {
  balancedAccuracy,
  confusionAt,
  costPer1000,
  escapeRate,
  f1,
  mcc,
  npvAt,
  overkillRate,
  precisionAt,
  sensitivity,
  specificity,
} from './metrics/confusion.ts'
import { averagePrecision } from './metrics/precision-recall.ts'
import { auroc, partialAuroc } from './metrics/roc.ts'

export const figureNames = [
  'auroc',
  'averagePrecision',
  'partialAuroc',
  'sensitivity',
  'specificity',
  'balancedAccuracy',
  'f1',
  'mcc',
  'precision',
  'npv',
  'escapeRate',
  'overkillRate',
  'costPer1000',
] as const
export type FigureName = (typeof figureNames)[number]

/** Position of each figure in `figureNames`. */
export const figureIndex = Object.fromEntries(figureNames.map((name, i) => [name, i])) as Readonly<
  Record<FigureName, number>
>

/** null where undefined (0/0, one class only). */
export type Figures = Readonly<Record<FigureName, number | null>>

/** Scores with their labels; the arrays are parallel. */
export interface LabelledScores {
  /** Raw, higher = more anomalous. */
  readonly scores: Float64Array
  /** 1 = anomalous. */
  readonly labels: Uint8Array
}

/** Every figure of one set at one threshold (anomalous when score >= threshold). Cost: O(n log n). */
export function levelFigures(
  { scores, labels }: LabelledScores,
  threshold: number,
  factory: FactorySettings,
): Figures {
  const counts = confusionAt(scores, labels, threshold)
  return {
    auroc: auroc(scores, labels),
    averagePrecision: averagePrecision(scores, labels),
    partialAuroc: partialAuroc(scores, labels, factory.partialFpr),
    sensitivity: sensitivity(counts),
    specificity: specificity(counts),
    balancedAccuracy: balancedAccuracy(counts),
    f1: f1(counts),
    mcc: mcc(counts),
    precision: precisionAt(counts, factory.prevalence),
    npv: npvAt(counts, factory.prevalence),
    escapeRate: escapeRate(counts),
    overkillRate: overkillRate(counts),
    costPer1000: costPer1000(counts, factory),
  }
}

/** Smallest and largest value a figure can take. */
export function figureRange(
  name: FigureName | 'reviewRate',
  factory: FactorySettings,
): readonly [number, number] {
  if (name === 'mcc') return [-1, 1]
  if (name === 'costPer1000') {
    const { prevalence, costEscape, costOverkill } = factory
    return [0, 1000 * (prevalence * costEscape + (1 - prevalence) * costOverkill)]
  }
  return [0, 1]
}
