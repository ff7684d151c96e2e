/** Groups of scores as rows of dots about the threshold: what lies to its right is rejected. */
import { median } from '../../math/order-statistics.ts'
import { fixed } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { niceTicks, plotChart, px } from './plot.ts'

export interface ScoreGroup {
  readonly label: string
  readonly kind: 'nominal' | 'anomalous'
  /** On a scale whose 0 is the threshold. */
  readonly values: readonly number[]
}

export interface ScoreStripsOptions {
  readonly id: string
  readonly title: string
  /** Of the axis. */
  readonly unit: string
  /** Values beyond are drawn at the end. */
  readonly domain: readonly [number, number]
}

const rowHeight = 60
/** Of the label's line, at the top of a row. */
const labelHeight = 18
/** Dots of a row stand on this many lines, so that equal scores do not hide each other. */
const lines = 9
const lineGap = 3.2

export function scoreStrips(groups: readonly ScoreGroup[], options: ScoreStripsOptions): Markup {
  const { id, title, unit, domain } = options
  const [low, high] = domain
  const words = groups.map(
    ({ label, values }) =>
      `${label}: ${values.filter((value) => value >= 0).length} of ${values.length} rejected, median ${fixed(median(values), 1)}`,
  )
  return plotChart({
    id,
    title,
    description: `${words.join('; ')}. Scores in ${unit}.`,
    width: 980,
    height: rowHeight * groups.length + 66,
    xAxis: { domain, ticks: niceTicks(low, high, 8), label: unit, show: (value) => fixed(value, 0) },
    yAxis: { domain: [0, 1], ticks: [], label: '', show: () => '' },
    draw: ({ x, left, top, bottom }) => html`<path class="mean-threshold" d="M${px(x(0))} ${top}V${bottom}"/>
${groups.map(({ label, kind, values }, row) => {
  const middle = top + row * rowHeight + (rowHeight + labelHeight) / 2
  const place = (value: number) => x(Math.min(high, Math.max(low, value)))
  return html`<text class="label ${kind}-text" x="${px(left + 4)}" y="${px(top + row * rowHeight + 13)}">${label}</text>
${values.map((value, i) => html`<circle class="bar-${kind}" fill-opacity="0.45" cx="${px(place(value))}" cy="${px(middle + ((i % lines) - (lines - 1) / 2) * lineGap)}" r="2.2"/>`)}
<path class="mean-line" d="M${px(place(median(values)))} ${px(middle - 16)}V${px(middle + 16)}"/>`
})}`,
  })
}
