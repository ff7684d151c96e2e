/** ROC and precision-recall: every fold thin, the mean bold, one standard deviation as a band, operating points. */
import type { MeanCurve, Point } from '../curves.ts'
import { fixed } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { type Axis, linePath, type Plot, plotChart, px } from './plot.ts'

export interface CurveChart {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly xLabel: string
  readonly yLabel: string
  readonly folds: readonly {
    readonly fold: number
    readonly points: readonly Point[]
    readonly operating: Point | null
  }[]
  readonly mean: MeanCurve
  /** A second mean, drawn dashed. */
  readonly dashed?: readonly Point[]
  /** The diagonal of a coin toss. */
  readonly chance?: boolean
}

const unitAxis = (label: string): Axis => ({
  domain: [0, 1],
  ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
  label,
  show: (value) => fixed(value, 1),
})

export function curveChart(chart: CurveChart): Markup {
  return plotChart({
    id: chart.id,
    title: chart.title,
    description: chart.description,
    width: 480,
    height: 420,
    xAxis: unitAxis(chart.xLabel),
    yAxis: unitAxis(chart.yLabel),
    draw: (plot) => html`
${chart.chance && html`<path class="chance" d="M${px(plot.x(0))} ${px(plot.y(0))}L${px(plot.x(1))} ${px(plot.y(1))}"/>`}
<path class="band" d="${bandPath(plot, chart.mean)}"/>
${chart.folds.map((fold) => html`<path class="fold-line" d="${linePath(plot, fold.points)}"><title>Fold ${fold.fold + 1}</title></path>`)}
${chart.dashed !== undefined && html`<path class="dashed-line" d="${linePath(plot, chart.dashed)}"/>`}
<path class="mean-line" d="${linePath(plot, chart.mean.mean)}"/>
${chart.folds.map(
  ({ fold, operating }) =>
    operating !== null &&
    html`<circle class="operating" cx="${px(plot.x(operating.x))}" cy="${px(plot.y(operating.y))}" r="4.5"><title>Fold ${fold + 1} at its threshold: ${chart.xLabel.toLowerCase()} ${fixed(operating.x)}, ${chart.yLabel.toLowerCase()} ${fixed(operating.y)}</title></circle>`,
)}`,
  })
}

function bandPath(plot: Plot, curve: MeanCurve): string {
  if (curve.high.length === 0) return ''
  return `${linePath(plot, curve.high)}${linePath(plot, [...curve.low].reverse()).replace('M', 'L')}Z`
}
