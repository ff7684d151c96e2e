/** Scores of the rotation experiment on a scale that folds and detectors share. */
import type { FoldResult } from '../../evaluate/evaluate-fold.ts'
import { rotationColumn, upright } from './turned-dataset.ts'

export interface RotationScores {
  /** Degrees of nominal images, then `anomalous`. */
  readonly group: string
  /** Deviations of the fold's upright nominal scores above its threshold; all folds. */
  readonly values: readonly number[]
}

/** @returns Groups in the order of their degrees, the anomalous last. */
export function rotationScores(results: readonly FoldResult[]): readonly RotationScores[] {
  const groups = new Map<string, number[]>()
  for (const { image } of results) {
    const { samples, scores } = image.rows.inference
    const groupOf = (i: number): string => {
      const { label, attributes } = samples[i]![0]!
      return label === 'anomalous' ? 'anomalous' : (attributes[rotationColumn] ?? upright)
    }
    const standing = Array.from(scores).filter((_, i) => groupOf(i) === upright)
    const mean = standing.reduce((sum, score) => sum + score, 0) / standing.length
    const variance = standing.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (standing.length - 1)
    const deviation = Math.sqrt(variance) || 1
    scores.forEach((score, i) => {
      const group = groupOf(i)
      groups.set(group, [...(groups.get(group) ?? []), (score - image.threshold) / deviation])
    })
  }
  const order = (group: string): number => (group === 'anomalous' ? 360 : Number(group))
  return [...groups]
    .map(([group, values]) => ({ group, values }))
    .sort((a, b) => order(a.group) - order(b.group))
}
