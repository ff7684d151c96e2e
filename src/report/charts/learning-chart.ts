/** What falls or rises with the number of examples: measured points with their intervals, and dashed where the curve was carried on. */
import { html, type Markup } from '../html.ts'
import { type Axis, linePath, niceTicks, type Plot, plotChart, px } from './plot.ts'

export interface LearningPoint {
  readonly units: number
  readonly value: number
  /** 95 %. */
  readonly interval: readonly [number, number]
  readonly isMeasured: boolean
}

export interface LearningSeries {
  readonly name: string
  /** Its colour is the one that the page has for it. */
  readonly kind: 'auroc' | 'escape' | 'overkill'
  /** Ascending, at least two. */
  readonly points: readonly LearningPoint[]
}

export interface LearningChart {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly xLabel: string
  readonly yLabel: string
  /** Units there are now. */
  readonly now: number
  /** Names the value for a reader who points at it. */
  readonly show: (value: number) => string
  readonly series: readonly LearningSeries[]
}

/** Each doubling is as wide as any other. The range is that of the values, and of intervals as far as they lie near. */
export function learningChart(chart: LearningChart): Markup {
  const points = chart.series.flatMap((series) => series.points)
  const units = [...new Set(points.map((point) => point.units))].sort((a, b) => a - b)
  const [first = 1, last = 2] = [units[0], units.at(-1)]
  const values = points.flatMap(({ value, interval, isMeasured }) =>
    isMeasured ? [value, ...interval] : [value],
  )
  const span = Math.max(1e-3, Math.max(...values) - Math.min(...values))
  const [low, high] = [
    Math.max(0, Math.min(...values) - 0.15 * span),
    Math.min(1, Math.max(...values) + 0.15 * span),
  ]
  const xAxis: Axis = {
    domain: [Math.log2(first), Math.log2(last)],
    ticks: doublings(units, chart.now).map(Math.log2),
    label: chart.xLabel,
    show: (x) => String(Math.round(2 ** x)),
  }
  const yAxis: Axis = {
    domain: [low, high],
    ticks: niceTicks(low, high),
    label: chart.yLabel,
    show: (value) => String(value),
  }
  return plotChart({
    id: chart.id,
    title: chart.title,
    description: chart.description,
    width: 480,
    height: 320,
    xAxis,
    yAxis,
    draw: (plot) => html`
<path class="learning-now" d="M${px(plot.x(Math.log2(chart.now)))} ${px(plot.top)}V${px(plot.bottom)}"><title>Now: ${chart.now}</title></path>
${chart.series.map((series) => marks(plot, series, chart))}`,
  })
}

/** At most one tick for each doubling, now among them. */
function doublings(units: readonly number[], now: number): number[] {
  const ticks = [now]
  for (const unit of units) {
    if (ticks.every((tick) => Math.abs(Math.log2(unit / tick)) > 0.9)) ticks.push(unit)
  }
  return ticks.sort((a, b) => a - b)
}

function marks(plot: Plot, { name, kind, points }: LearningSeries, { show }: LearningChart): Markup {
  const at = ({ units }: LearningPoint): number => Math.log2(units)
  const clipped = (value: number): number => Math.min(plot.bottom, Math.max(plot.top, plot.y(value)))
  const line = (of: readonly LearningPoint[]) =>
    linePath(
      plot,
      of.map((point) => ({ x: at(point), y: point.value })),
    )
  const measured = points.filter(({ isMeasured }) => isMeasured)
  const carried = points.slice(Math.max(0, measured.length - 1))
  const edge = (side: 0 | 1, of: readonly LearningPoint[]) =>
    of.map((point) => `${px(plot.x(at(point)))} ${px(clipped(point.interval[side]))}`)
  const band = [...edge(1, points), ...edge(0, [...points].reverse())]
  return html`<g class="learning dose-${kind}"><path class="learning-band" d="M${band.join('L')}Z"/>
<path class="learning-line" d="${line(measured)}"/>
${carried.length > 1 && html`<path class="learning-line learning-carried" d="${line(carried)}"/>`}
${points.map(
  (point) =>
    html`<circle class="${point.isMeasured ? '' : 'learning-hollow'}" cx="${px(plot.x(at(point)))}" cy="${px(plot.y(point.value))}" r="3.5"><title>${point.units}: ${name} ${show(point.value)} (${show(point.interval[0])} to ${show(point.interval[1])}), ${point.isMeasured ? 'measured' : 'carried on'}</title></circle>`,
)}</g>`
}
