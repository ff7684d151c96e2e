/** Figures and intervals equal scikit-learn's and scipy's, on vectors that every clone has. */
import { describe, expect, it } from 'vitest'
import {
  acceleration,
  bcaFromReplicates,
  percentileInterval,
} from '../../src/evaluate/intervals/bootstrap.ts'
import { clopperPearson } from '../../src/evaluate/intervals/clopper-pearson.ts'
import { correctedResampledT } from '../../src/evaluate/intervals/corrected-t.ts'
import { delongComponents, delongCovariance, delongPaired } from '../../src/evaluate/intervals/delong.ts'
import { mcnemarExact } from '../../src/evaluate/intervals/mcnemar.ts'
import { wilson } from '../../src/evaluate/intervals/wilson.ts'
import { balancedAccuracy, confusionAt, f1, mcc } from '../../src/evaluate/metrics/confusion.ts'
import { cumulativeCounts } from '../../src/evaluate/metrics/cumulative-counts.ts'
import { createPixelMetrics } from '../../src/evaluate/metrics/pixel/pixel-metrics.ts'
import { averagePrecision } from '../../src/evaluate/metrics/precision-recall.ts'
import { auroc } from '../../src/evaluate/metrics/roc.ts'
import { createChooser } from '../../src/evaluate/thresholds/choose-threshold.ts'
import { normalQuantile, tQuantile } from '../../src/math/distributions.ts'
import { factory, settings } from '../evaluate/thresholds/settings.ts'
import { expectClose } from '../graph/expect-close.ts'
import { vectors } from './vectors.ts'

describe('figures of images equal scikit-learn', () => {
  const { want, one, sets, shape } = vectors('image_metrics')
  const close = { atol: 1e-12 }

  it.each(sets('.score'))('%s', (set) => {
    const scores = want(`${set}.score`)
    const labels = Uint8Array.from(want(`${set}.label`))
    expectClose([auroc(scores, labels)!], want(`${set}.auroc`), close, 'AUROC')
    expectClose([averagePrecision(scores, labels)!], want(`${set}.ap`), close, 'average precision')

    const counts = confusionAt(scores, labels, one(`${set}.cut`))
    expect([counts.tp, counts.fp, counts.tn, counts.fn]).toEqual([...want(`${set}.confusion`)])
    expectClose([balancedAccuracy(counts)!], want(`${set}.balanced_accuracy`), close, 'balanced accuracy')
    expectClose([f1(counts) ?? 0], want(`${set}.f1`), close, 'F1')
    expectClose([mcc(counts)], want(`${set}.mcc`), close, 'MCC')
  })

  it.each(sets('.score'))('%s: every point of both curves; -0 and 0 are one threshold', (set) => {
    const { truePositives, falsePositives, positives, negatives } = cumulativeCounts(
      want(`${set}.score`),
      Uint8Array.from(want(`${set}.label`)),
    )
    const points = shape(`${set}.roc`)[1]!
    const roc = want(`${set}.roc`)
    expectClose([0, ...falsePositives.map((fp) => fp / negatives)], roc.subarray(0, points), close, 'FPR')
    expectClose([0, ...truePositives.map((tp) => tp / positives)], roc.subarray(points), close, 'TPR')
    const pr = want(`${set}.pr`)
    const precision = truePositives.map((tp, i) => tp / (tp + falsePositives[i]!)).reverse()
    expectClose([...precision, 1], pr.subarray(0, points), close, 'precision')
    expectClose(
      [...truePositives.map((tp) => tp / positives).reverse(), 0],
      pr.subarray(points),
      close,
      'recall',
    )
  })

  it.each(sets('.score'))('%s: the threshold by Youden is the first that is best', (set) => {
    const scores = want(`${set}.score`)
    const { threshold } = createChooser(settings('youden'), factory)(
      scores,
      Uint8Array.from(want(`${set}.label`)),
    )
    const cut = one(`${set}.cut`)
    expect(threshold === Infinity ? Math.max(...scores) + 1 : threshold + 0).toBe(cut + 0) // -0 + 0 is 0
  })
})

describe('figures of pixels equal scikit-learn, and the definition of AUPRO', () => {
  const { want, sets, shape } = vectors('pixel_metrics')
  const [images, height, width] = shape('masks') as [number, number, number]

  it.each(sets('.scores'))('%s', (set) => {
    const size = { width, height }
    const masks = Uint8Array.from(want('masks'))
    const maps = Float32Array.from(want(`${set}.scores`))
    const metrics = createPixelMetrics()
    for (let i = 0; i < images; i++) {
      const part = [i * width * height, (i + 1) * width * height] as const
      metrics.add(maps.slice(...part), masks.slice(...part), size)
    }
    const figures = metrics.figures()
    const close = { atol: 1e-9 }
    expectClose([figures.auroc!], want(`${set}.auroc`), close, 'AUROC')
    expectClose([figures.averagePrecision!], want(`${set}.ap`), close, 'average precision')
    expectClose([figures.aupro!, figures.aupro05!, metrics.aupro(1)!], want(`${set}.aupro`), close, 'AUPRO')
  })
})

describe('intervals equal scipy', () => {
  const { want, one } = vectors('intervals')
  const close = { atol: 1e-9 }
  const counts = Array.from({ length: want('counts').length / 2 }, (_, i) => {
    const [k, n] = want('counts').subarray(2 * i, 2 * i + 2)
    return [k!, n!] as const
  })

  it('of a share: Clopper and Pearson, Wilson', () => {
    expectClose(
      counts.flatMap(([k, n]) => clopperPearson(k, n, 0.95)),
      want('clopper_pearson'),
      close,
    )
    expectClose(
      counts.flatMap(([k, n]) => wilson(k, n, 0.95)),
      want('wilson'),
      close,
    )
  })

  it('of a mean by the bootstrap: BCa and percentiles of the same replicates', () => {
    const sample = want('bootstrap.sample')
    const replicates = want('bootstrap.replicates')
    const mean = (of: Float64Array): number => of.reduce((sum, x) => sum + x, 0) / of.length
    const jackknife = [Array.from(sample, (_, left) => mean(sample.filter((_, i) => i !== left)))]
    expect(acceleration(jackknife)).not.toBe(0)
    // scipy interpolates as we do; its levels and ours agree to rounding, and replicates lie some 1e-3 apart.
    expectClose(bcaFromReplicates(mean(sample), replicates, jackknife, 0.95), want('bootstrap.bca'), {
      atol: 1e-9,
    })
    expectClose(percentileInterval(replicates, 0.95), want('bootstrap.percentile'), close)
  })

  it('of the AUROC: DeLong, one score and two of the same rows, ties included', () => {
    const labels = Uint8Array.from(want('delong.label'))
    const scores = [want('delong.a'), want('delong.b')]
    const parts = scores.map((each) => delongComponents(each, labels))
    expectClose(
      parts.map(({ auc }) => auc),
      want('delong.auroc'),
      close,
    )
    const covariance = parts.flatMap((a) => parts.map((b) => delongCovariance(a, b, labels)))
    expectClose(covariance, want('delong.covariance'), close)
    const { z, pValue } = delongPaired(scores[0]!, scores[1]!, labels)
    expectClose([z!, pValue!], [one('delong.z'), one('delong.p')], close)
  })

  it('of folds that share training units: Nadeau and Bengio', () => {
    const { lower, upper, pValue } = correctedResampledT(want('folds'), { test: 30, train: 70 }, 0.95)
    expectClose([lower, upper], want('folds.interval'), close)
    expectClose([pValue], want('folds.p'), close)
  })

  it('quantiles of the normal and of t', () => {
    const p = want('quantile.p')
    expectClose(p.map(normalQuantile), want('quantile.normal'), close)
    expectClose(
      p.map((each) => tQuantile(each, 9)),
      want('quantile.t9'),
      { atol: 1e-9, rtol: 1e-8 },
    )
  })

  it('McNemar, exact', () => {
    const rows = want('mcnemar')
    for (let i = 0; i < rows.length; i += 3) {
      expectClose([mcnemarExact(rows[i]!, rows[i + 1]!)], [rows[i + 2]!], close)
    }
  })
})
