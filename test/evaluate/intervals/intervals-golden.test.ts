/** Intervals equal the reference: DeLong and Nadeau-Bengio by their formulas, Wilson and the bootstrap as scipy has them. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  acceleration,
  bcaFromReplicates,
  bcaLevel,
  biasCorrection,
  percentileInterval,
} from '../../../src/evaluate/intervals/bootstrap.ts'
import { correctedResampledT } from '../../../src/evaluate/intervals/corrected-t.ts'
import {
  delongComponents,
  delongCovariance,
  delongInterval,
  delongPaired,
} from '../../../src/evaluate/intervals/delong.ts'
import { wilson } from '../../../src/evaluate/intervals/wilson.ts'
import { auroc } from '../../../src/evaluate/metrics/roc.ts'
import { normalQuantile, tQuantile } from '../../../src/math/distributions.ts'
import { describeWith, goldenDir } from '../../golden-dir.ts'
import { readSafetensors, values } from '../../safetensors.ts'

function expectClose(got: readonly number[], want: ArrayLike<number>, atol = 1e-10): void {
  expect(got.length).toBe(want.length)
  for (const [i, value] of Array.from(want).entries()) {
    expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(atol)
  }
}

describeWith(goldenDir, 'intervals of the reference', () => {
  const golden = readSafetensors(join(goldenDir, 'stats_intervals.safetensors'))
  const want = (name: string): Float64Array => values(golden, name)
  const one = (name: string): number => want(name)[0]!
  const rows = (set: string) =>
    [want(`delong.${set}.score`), Uint8Array.from(want(`delong.${set}.label`))] as const

  it('has the normal quantile', () => expectClose([normalQuantile(0.975)], want('z975'), 1e-14))

  it.each(['continuous', 'second_score', 'ties'])('DeLong: %s', (set) => {
    const [scores, labels] = rows(set)
    const each = delongComponents(scores, labels)
    expectClose([each.auc, auroc(scores, labels)!], [one(`delong.${set}.auc`), one(`delong.${set}.auc`)])
    expectClose([delongCovariance(each, each, labels)], want(`delong.${set}.variance`))
    expectClose([...delongInterval(scores, labels, 0.95)], want(`delong.${set}.ci95_clipped`))
  })

  it('DeLong: a perfect AUROC has variance 0 there and here, but no interval of one point', () => {
    const [scores, labels] = rows('perfect')
    const each = delongComponents(scores, labels)
    expectClose([each.auc, delongCovariance(each, each, labels)], [1, one('delong.perfect.variance')])
    const fewer = Math.min(each.positives, each.negatives)
    expectClose([...delongInterval(scores, labels, 0.95)], [0.025 ** (1 / fewer), 1])
  })

  it('DeLong: paired', () => {
    const [a, labels] = rows('continuous')
    const [b] = rows('second_score')
    const [x, y] = [delongComponents(a, labels), delongComponents(b, labels)]
    const covariance = [x, y].flatMap((u) => [x, y].map((v) => delongCovariance(u, v, labels)))
    expectClose(covariance, want('delong.paired.covariance'))
    const { difference, z, pValue } = delongPaired(a, b, labels)
    expectClose([difference, z!], [one('delong.paired.difference'), one('delong.paired.z')])
    expectClose([pValue!], want('delong.paired.p_two_sided'), 1e-9)
  })

  it('Wilson', () => {
    const counts = want('wilson.k_n')
    const intervals = Array.from({ length: counts.length / 2 }, (_, i) =>
      wilson(counts[2 * i]!, counts[2 * i + 1]!, 0.95),
    )
    expectClose(intervals.flat(), want('wilson.ci95'))
  })

  it.each(['cv5', 'cv10', 'repeated_10x10', 'random_splits_15'])('Nadeau-Bengio: %s', (set) => {
    const name = (field: string) => `nadeau_bengio.${set}.${field}`
    const [train, test] = want(name('n_train_test'))
    const differences = want(name('differences'))
    const got = correctedResampledT(differences, { test: test!, train: train! }, 0.95)
    expectClose(
      [got.mean, got.sampleVariance, got.variance, got.t, got.lower, got.upper],
      [
        one(name('mean')),
        one(name('sample_variance')),
        one(name('corrected_variance')),
        one(name('t')),
        ...want(name('ci95')),
      ],
    )
    expectClose([tQuantile(0.975, differences.length - 1)], want(name('t_quantile_975')))
    expectClose([got.pValue], want(name('p_two_sided')), 1e-9)
  })
})

describeWith(goldenDir, 'bootstrap intervals of the reference', () => {
  const golden = readSafetensors(join(goldenDir, 'stats_bootstrap.safetensors'))
  const want = (name: string): Float64Array => values(golden, name)
  const mean = (sample: ArrayLike<number>): number =>
    Array.from(sample).reduce((sum, value) => sum + value, 0) / sample.length
  const area = (positive: ArrayLike<number>, negative: ArrayLike<number>): number => {
    const [p, n] = [Array.from(positive), Array.from(negative)]
    return auroc(Float64Array.of(...p, ...n), Uint8Array.of(...p.map(() => 1), ...n.map(() => 0)))!
  }
  const leaveOneOut = (sample: Float64Array, statistic: (rest: Float64Array) => number): number[] =>
    Array.from(sample, (_, left) => statistic(sample.filter((_, i) => i !== left)))

  function expectIntervals(
    set: string,
    replicates: Float64Array,
    jackknife: readonly (readonly number[])[],
    names: { acceleration: string; levels: string; interval: string },
  ): void {
    const estimate = want(`${set}.estimate`)[0]!
    const bias = biasCorrection(estimate, replicates.toSorted())
    const a = acceleration(jackknife)
    expectClose([a], want(`${set}.${names.acceleration}`))
    expectClose([bcaLevel(0.025, bias, a), bcaLevel(0.975, bias, a)], want(`${set}.${names.levels}`))
    const interval = bcaFromReplicates(estimate, replicates, jackknife, 0.95)
    expectClose([...interval], want(`${set}.${names.interval}`))
    expectClose([...percentileInterval(replicates, 0.95)], want(`${set}.percentile_ci95`))
  }

  it('of a mean', () => {
    const x = want('mean.x')
    const index = want('mean.index')
    const replicates = want('mean.replicates').map((_, r) =>
      mean(index.subarray(r * x.length, (r + 1) * x.length).map((i) => x[i]!)),
    )
    expectClose([...replicates], want('mean.replicates'))
    expectClose([mean(x)], want('mean.estimate'))
    expectClose([biasCorrection(mean(x), replicates.toSorted())], want('mean.z0'))
    expectIntervals('mean', replicates, [leaveOneOut(x, mean)], {
      acceleration: 'acceleration',
      levels: 'bca_levels',
      interval: 'bca_ci95',
    })
  })

  it('of an AUROC, the labels resampled apart', () => {
    const [positive, negative] = [want('auroc.positive'), want('auroc.negative')]
    const draw = (name: string, sample: Float64Array, r: number) =>
      want(`auroc.index_${name}`)
        .subarray(r * sample.length, (r + 1) * sample.length)
        .map((i) => sample[i]!)
    const replicates = want('auroc.replicates')
    for (let r = 0; r < replicates.length; r += 50) {
      expectClose([area(draw('positive', positive, r), draw('negative', negative, r))], [replicates[r]!])
    }
    expectClose([area(positive, negative)], want('auroc.estimate'))
    expectClose([biasCorrection(area(positive, negative), replicates.toSorted())], want('auroc.z0'))
    const left = [
      leaveOneOut(positive, (rest) => area(rest, negative)),
      leaveOneOut(negative, (rest) => area(positive, rest)),
    ]
    expectIntervals('auroc', replicates, left, {
      acceleration: 'acceleration',
      levels: 'bca_levels',
      interval: 'bca_ci95',
    })
    // One jackknife over all rows together, as if they were one sample.
    expectIntervals('auroc', replicates, [left.flat()], {
      acceleration: 'acceleration_pooled',
      levels: 'bca_pooled_levels',
      interval: 'bca_pooled_ci95',
    })
  })
})
