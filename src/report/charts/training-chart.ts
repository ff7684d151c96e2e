/** Curves of a training by step: every fold thin, their mean bold, each curve in a colour of its own and named at its end. */

import { lastOf } from '../../present.ts'
import type { Point } from '../curves.ts'
import { grouped } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { type Axis, linePath, niceTicks, type Plot, plotChart, px } from './plot.ts'

export interface TrainingChart {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly yLabel: string
  /** True for shares: the axis runs from 0 to 1. */
  readonly isShare: boolean
  readonly curves: readonly {
    readonly name: string
    readonly folds: readonly { readonly fold: number; readonly points: readonly Point[] }[]
  }[]
}

/** More curves than these in one chart repeat the last look. */
const looks = ['', ' other']

export function trainingChart({ id, title, description, yLabel, isShare, curves }: TrainingChart): Markup {
  const points = curves.flatMap(({ folds }) => folds.flatMap((fold) => fold.points))
  const lastStep = Math.max(1, ...points.map(({ x }) => x))
  const [low, high] = isShare ? [0, 1] : range(points.map(({ y }) => y))
  const xAxis: Axis = {
    domain: [0, lastStep],
    ticks: niceTicks(0, lastStep),
    label: 'Step',
    show: (step) => grouped(step),
  }
  const yAxis: Axis = { domain: [low, high], ticks: niceTicks(low, high), label: yLabel, show: tick }
  return plotChart({
    id,
    title,
    description,
    width: 480,
    height: 320,
    xAxis,
    yAxis,
    draw: (plot) => {
      const means = curves.map(({ folds }) => meanOf(folds.map((fold) => fold.points)))
      return html`
${curves.map(({ name, folds }, i) => {
  const look = looks[Math.min(i, looks.length - 1)]!
  return html`${folds.map(({ fold, points: own }) => html`<path class="fold-line${look}" d="${linePath(plot, own)}"><title>${name}, fold ${fold + 1}</title></path>`)}
<path class="mean-line${look}" d="${linePath(plot, means[i]!)}"/>`
})}${curves.length > 1 && names(plot, curves, means)}`
    },
  })
}

const lineHeight = 18

/** The names one under the other, beside the curves' ends: below them where they end high, else above. */
function names(plot: Plot, curves: TrainingChart['curves'], means: readonly (readonly Point[])[]): Markup {
  const ends = means.flatMap((mean) => (mean.length === 0 ? [] : [plot.y(lastOf(mean).y)]))
  const [highest, lowest] = [Math.min(...ends, plot.bottom), Math.max(...ends, plot.top)]
  const endHigh = lowest < (plot.top + plot.bottom) / 2
  const first = endHigh ? lowest + 26 : highest - 8 - lineHeight * (curves.length - 1)
  return html`${curves.map(({ name }, i) => html`<text class="curve-name${looks[Math.min(i, looks.length - 1)]!}" x="${px(plot.right - 4)}" y="${px(first + lineHeight * i)}" text-anchor="end">${name}</text>`)}`
}

/** A round number as short as it goes. */
const tick = (value: number): string => String(Number(value.toPrecision(4))).replace('-', '−')

function range(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  if (!(low < high)) return [low - 0.5, high + 0.5]
  return low >= 0 && low < 0.5 * high ? [0, high] : [low, high]
}

/** Point by point, as far as every fold goes. */
function meanOf(folds: readonly (readonly Point[])[]): Point[] {
  const length = Math.min(...folds.map((points) => points.length))
  return Array.from({ length: Number.isFinite(length) ? length : 0 }, (_, i) => {
    const at = folds.map((points) => points[i]!)
    const mean = (of: (point: Point) => number) => at.reduce((sum, point) => sum + of(point), 0) / at.length
    return { x: mean(({ x }) => x), y: mean(({ y }) => y) }
  })
}
