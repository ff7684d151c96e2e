/** The one sorting step behind every figure and every threshold: how many rows lie at or above each score. */
import { ShapeError } from '../../errors.ts'

/** Index i stands for "anomalous when score >= scores[i]". Rows with equal scores share one index. */
export interface CumulativeCounts {
  /** Distinct scores, descending. */
  readonly scores: Float64Array
  /** Anomalous, and nominal, rows at or above the score of the same index. Whole numbers. */
  readonly truePositives: Float64Array
  readonly falsePositives: Float64Array
  readonly positives: number
  readonly negatives: number
}

/**
 * @param scores - Raw, higher = more anomalous; infinities are scores like others. @param labels - 1 = anomalous, else 0.
 * @throws {ShapeError} Another number of labels than of scores. @throws {RangeError} A score is NaN.
 * Cost: O(n log n); both labels are sorted apart, natively, and merged.
 */
export function cumulativeCounts(scores: Float64Array, labels: Uint8Array): CumulativeCounts {
  const [nominal, anomalous] = splitByLabel(scores, labels)
  nominal.sort()
  anomalous.sort()
  const distinct = new Float64Array(scores.length)
  const truePositives = new Float64Array(scores.length)
  const falsePositives = new Float64Array(scores.length)
  let size = 0
  let n = nominal.length
  let a = anomalous.length
  while (n > 0 || a > 0) {
    const score =
      n === 0 || (a > 0 && anomalous[a - 1]! > nominal[n - 1]!) ? anomalous[a - 1]! : nominal[n - 1]!
    while (n > 0 && nominal[n - 1] === score) n--
    while (a > 0 && anomalous[a - 1] === score) a--
    distinct[size] = score
    truePositives[size] = anomalous.length - a
    falsePositives[size] = nominal.length - n
    size++
  }
  return {
    scores: distinct.subarray(0, size),
    truePositives: truePositives.subarray(0, size),
    falsePositives: falsePositives.subarray(0, size),
    positives: anomalous.length,
    negatives: nominal.length,
  }
}

/**
 * Scores of nominal and of anomalous rows, in new arrays, in the order of the rows.
 *
 * @throws {ShapeError} Another number of labels than of scores. @throws {RangeError} A score is NaN.
 */
export function splitByLabel(
  scores: Float64Array,
  labels: Uint8Array,
): readonly [nominal: Float64Array, anomalous: Float64Array] {
  if (labels.length !== scores.length) throw new ShapeError('labels', `[${scores.length}]`, [labels.length])
  let positives = 0
  for (let i = 0; i < labels.length; i++) positives += labels[i]!
  const nominal = new Float64Array(scores.length - positives)
  const anomalous = new Float64Array(positives)
  let [n, a] = [0, 0]
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!
    if (Number.isNaN(score))
      throw new RangeError(`score ${i} of ${scores.length}: expected a number, got NaN`)
    if (labels[i] === 1) anomalous[a++] = score
    else nominal[n++] = score
  }
  return [nominal, anomalous]
}
