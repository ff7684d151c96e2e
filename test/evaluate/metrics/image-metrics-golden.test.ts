/** Figures of images equal scikit-learn's, ties and degenerate sets included. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { balancedAccuracy, confusionAt, f1, mcc } from '../../../src/evaluate/metrics/confusion.ts'
import { cumulativeCounts } from '../../../src/evaluate/metrics/cumulative-counts.ts'
import { averagePrecision } from '../../../src/evaluate/metrics/precision-recall.ts'
import { auroc } from '../../../src/evaluate/metrics/roc.ts'
import { describeWith, goldenDir } from '../../golden-dir.ts'
import { readSafetensors, values } from '../../safetensors.ts'

const atol = 1e-12
const expectClose = (got: ArrayLike<number>, want: ArrayLike<number>): void => {
  expect(got.length).toBe(want.length)
  const worst = Array.from(want, (value, i) => Math.abs(got[i]! - value)).reduce((a, b) => Math.max(a, b), 0)
  expect(worst).toBeLessThanOrEqual(atol)
}

describeWith(goldenDir, 'figures of the reference sets', () => {
  const golden = readSafetensors(join(goldenDir, 'metrics_image.safetensors'))
  const sets = [...golden.keys()].filter((key) => key.endsWith('.score')).map((key) => key.slice(0, -6))

  it('cover ties, one class nearly absent, perfect and inverted rankings', () => {
    expect(sets).toHaveLength(9)
  })

  it.each(sets)('%s', (set) => {
    const scores = values(golden, `${set}.score`)
    const labels = Uint8Array.from(values(golden, `${set}.label`))
    const want = (name: string): Float64Array => values(golden, `${set}.${name}`)
    expectClose([auroc(scores, labels)!], want('auroc'))
    expectClose([averagePrecision(scores, labels)!], want('ap'))
    for (const policy of ['youden', 'f1']) {
      const threshold = want(policy === 'youden' ? 'youden.threshold' : 'f1.threshold_lowest')[0]!
      const counts = confusionAt(scores, labels, threshold)
      expect([counts.tp, counts.fp, counts.tn, counts.fn]).toEqual([...want(`${policy}.confusion`)])
      expectClose([balancedAccuracy(counts)!], want(`${policy}.balanced_accuracy`))
      expectClose([mcc(counts)], want(`${policy}.mcc`))
      if (policy === 'f1') expectClose([f1(counts)!], want('f1.best'))
    }
  })

  it.each(sets)('%s: the whole precision-recall curve, and every corner of the ROC', (set) => {
    const want = (name: string): Float64Array => values(golden, `${set}.${name}`)
    const { scores, truePositives, falsePositives, positives, negatives } = cumulativeCounts(
      want('score'),
      Uint8Array.from(want('label')),
    )
    // -0 and 0 are one threshold, whichever of them stands for both; -0 + 0 is 0.
    const unsigned = (of: Float64Array) => Array.from(of, (threshold) => threshold + 0)
    expect(unsigned(scores).reverse()).toEqual(unsigned(want('pr.threshold')))
    const precision = truePositives.map((tp, i) => tp / (tp + falsePositives[i]!)).reverse()
    expectClose([...precision, 1], want('pr.precision'))
    expectClose([...truePositives.map((tp) => tp / positives).reverse(), 0], want('pr.recall'))
    const [, ...corners] = want('roc.threshold') // the first stands for nothing called anomalous
    const at = corners.map((threshold) => scores.indexOf(threshold))
    expectClose([0, ...at.map((i) => falsePositives[i]! / negatives)], want('roc.fpr'))
    expectClose([0, ...at.map((i) => truePositives[i]! / positives)], want('roc.tpr'))
  })
})
