/**
 * ROC and precision-recall curves per fold from the inference scores, and their mean and spread over the folds.
 *
 * Exact per fold (one point per distinct score, ties together, as scikit-learn's `roc_curve` without dropping); averaged
 * vertically on a common grid (Fawcett 2006, section 8.1), because a mean of thresholds means nothing between fits.
 */
import type { FoldScores } from './what-if.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface FoldCurves {
  readonly fold: number
  /** x = false-alarm rate, y = sensitivity, from (0, 0) to (1, 1). */
  readonly roc: readonly Point[]
  /** x = recall, y = precision at the test set's own mix of labels, recall ascending. */
  readonly pr: readonly Point[]
  /** Where the fold's threshold lies. */
  readonly operating: { readonly fpr: number; readonly tpr: number; readonly precision: number | null }
}

/** Mean over folds and mean +/- one standard deviation, clipped to 0..1. */
export interface MeanCurve {
  readonly mean: readonly Point[]
  readonly low: readonly Point[]
  readonly high: readonly Point[]
}

export interface Curves {
  readonly folds: readonly FoldCurves[]
  readonly roc: MeanCurve
  readonly pr: MeanCurve
  /** Mean precision over recall at the factory's prevalence. */
  readonly factoryPr: readonly Point[]
}

const gridSteps = 100

/** Folds without both labels have no curve and are left out. Cost: O(n log n). */
export function curvesOf(folds: readonly FoldScores[], prevalence: number): Curves {
  const usable = folds.filter((fold) => fold.nominal.length > 0 && fold.anomalous.length > 0)
  const exact = usable.map((fold) => ({ fold, points: rocPoints(fold) }))
  const curves = exact.map(({ fold, points }): FoldCurves => {
    const mix = fold.anomalous.length / (fold.anomalous.length + fold.nominal.length)
    const tpr = fold.anomalous.filter((score) => score >= fold.threshold).length / fold.anomalous.length
    const fpr = fold.nominal.filter((score) => score >= fold.threshold).length / fold.nominal.length
    const operating = { fpr, tpr, precision: precisionAt({ x: fpr, y: tpr }, mix) }
    return { fold: fold.fold, roc: points, pr: prPoints(points, mix), operating }
  })
  const factory = exact.map(({ points }) => prPoints(points, prevalence))
  return {
    folds: curves,
    roc: meanCurve(
      curves.map((curve) => (x) => sensitivityAt(curve.roc, x)),
      { x: 0, y: 0 },
    ),
    pr: meanCurve(curves.map((curve) => (x) => precisionFrom(curve.pr, x))),
    factoryPr: meanCurve(factory.map((points) => (x) => precisionFrom(points, x))).mean,
  }
}

function rocPoints(fold: FoldScores): Point[] {
  const { nominal, anomalous } = fold // both ascending
  const points: Point[] = [{ x: 0, y: 0 }]
  let n = nominal.length
  let a = anomalous.length
  while (n > 0 || a > 0) {
    const score = Math.max(n > 0 ? nominal[n - 1]! : -Infinity, a > 0 ? anomalous[a - 1]! : -Infinity)
    while (n > 0 && nominal[n - 1]! >= score) n--
    while (a > 0 && anomalous[a - 1]! >= score) a--
    points.push({ x: (nominal.length - n) / nominal.length, y: (anomalous.length - a) / anomalous.length })
  }
  return points
}

function precisionAt(point: Point, prevalence: number): number | null {
  const found = prevalence * point.y
  const flagged = found + (1 - prevalence) * point.x
  return flagged > 0 ? found / flagged : null
}

function prPoints(roc: readonly Point[], prevalence: number): Point[] {
  return roc.slice(1).map((point) => ({ x: point.y, y: precisionAt(point, prevalence) ?? 1 }))
}

/** Sensitivity at a false-alarm rate: linear between the points either side, upper end of a vertical step. */
function sensitivityAt(roc: readonly Point[], x: number): number {
  let i = roc.length - 1
  while (i > 0 && roc[i]!.x > x) i--
  const left = roc[i]!
  const right = roc[i + 1]
  if (right === undefined || right.x === left.x) return left.y
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x)
}

/** Precision at the first threshold whose recall reaches `x` (a step, never interpolated: Davis and Goadrich 2006). */
function precisionFrom(pr: readonly Point[], x: number): number {
  return (pr.find((point) => point.x >= x - 1e-12) ?? pr[pr.length - 1]!).y
}

function meanCurve(folds: readonly ((x: number) => number)[], start?: Point): MeanCurve {
  const mean: Point[] = start === undefined || folds.length === 0 ? [] : [start]
  const low = [...mean]
  const high = [...mean]
  if (folds.length === 0) return { mean, low, high }
  for (let step = 0; step <= gridSteps; step++) {
    const x = step / gridSteps
    const values = folds.map((at) => at(x))
    const y = values.reduce((sum, value) => sum + value, 0) / values.length
    const squares = values.reduce((sum, value) => sum + (value - y) ** 2, 0)
    const sd = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0
    mean.push({ x, y })
    low.push({ x, y: Math.max(0, y - sd) })
    high.push({ x, y: Math.min(1, y + sd) })
  }
  return { mean, low, high }
}
