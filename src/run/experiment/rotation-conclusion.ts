/** What the rotation experiment says, in words that promise no more than the intervals do. */

import { present } from '../../present.ts'
import type { Estimate } from '../../wire/evaluation.ts'
import type { Rotation, RotationRow } from '../../wire/rotation.ts'

type Facts = Pick<Rotation, 'upright' | 'turned' | 'gain' | 'detector'>

export function rotationConclusion({ upright, turned, gain, detector }: Facts): readonly string[] {
  const [before, after] = [rowOf(upright.rows, 'all'), rowOf(turned.rows, 'all')]
  const same = rowOf(upright.rows, '0')
  const worst = upright.rows
    .filter(({ rotation }) => rotation !== '0' && rotation !== 'all')
    .reduce((a, b) => ((b.overkillRate.mean ?? 0) > (a.overkillRate.mean ?? 0) ? b : a))
  const { auroc, overkillRate } = gain
  const isBlind = auroc.isDistinguishable && (auroc.mean ?? 0) > 0
  return [
    `Trained on upright parts only, ${detector} rejects ${share(same.overkillRate)} of good parts that stand as they did in ` +
      `training, and ${share(worst.overkillRate)} of the same parts turned by ${worst.rotation}°.`,
    `Against good parts of every rotation its AUROC is ${figure(before.auroc)}; against upright ones alone it is ${figure(same.auroc)}.`,
    `Trained on turned copies as well, the AUROC against every rotation is ${figure(after.auroc)}, and ${share(after.overkillRate)} of ` +
      'good parts are rejected.',
    isBlind
      ? `Training with rotations raises the AUROC by ${fixed(auroc.mean)} (95 % interval ${interval(auroc.ci)}): this detector does not ` +
        'see a turned part as the same part, and learns to when it is shown turned ones.'
      : auroc.isDistinguishable
        ? `Training with rotations lowers the AUROC by ${fixed(-(auroc.mean ?? 0))} (95 % interval ${interval(auroc.ci)}): turned copies ` +
          'do not help this detector here.'
        : `The difference in AUROC that training with rotations makes, ${fixed(auroc.mean)}, is not distinguishable from none ` +
          `(95 % interval ${interval(auroc.ci)}).`,
    overkillRate.isDistinguishable
      ? `The share of good parts rejected changes by ${fixed(overkillRate.mean)} (95 % interval ${interval(overkillRate.ci)}).`
      : `The change in the share of good parts rejected, ${fixed(overkillRate.mean)}, is not distinguishable from none (95 % interval ` +
        `${interval(overkillRate.ci)}).`,
  ]
}

const rowOf = (rows: readonly RotationRow[], rotation: string): RotationRow =>
  present(
    rows.find((row) => row.rotation === rotation),
    `a row of rotation ${rotation}`,
  )

const fixed = (value: number | null): string => value?.toFixed(3).replace('-', '−') ?? 'undefined'
const percent = (value: number | null): string =>
  value === null ? 'undefined' : `${(100 * value).toFixed(1)} %`
const interval = ([low, high]: Estimate['ci'], show = fixed): string => `${show(low)} to ${show(high)}`
const quoted = ({ ci, bootstrapCi }: Estimate): Estimate['ci'] => (ci[0] === null ? (bootstrapCi ?? ci) : ci)

const figure = (estimate: Estimate): string => `${fixed(estimate.mean)} (${interval(quoted(estimate))})`
const share = (estimate: Estimate): string =>
  `${percent(estimate.mean)} (${interval(quoted(estimate), percent)})`
