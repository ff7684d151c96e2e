/** Small charts that live in tables: folds as dots on an interval, a rate as a bar with its interval, two values apart. */

import type { Estimate, Interval } from '../../wire/evaluation.ts'
import { fixed } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { linear, px } from './plot.ts'

const width = 180
const inset = 6

/** Every fold a dot, the interval a bar, the mean a stroke. Decoration: the numbers stand in the row. */
export function foldStrip(
  estimate: Estimate,
  bounds: Interval | null,
  domain: readonly [number, number],
): Markup {
  const x = linear(domain, [inset, width - inset])
  const clip = (value: number): number => Math.min(width - 1, Math.max(1, x(value)))
  const low = bounds?.[0] ?? null
  const high = bounds?.[1] ?? null
  return html`<svg class="strip" viewBox="0 0 ${width} 20" width="${width}" height="20" aria-hidden="true">
<path class="strip-base" d="M0 10H${width}"/>
${low !== null && high !== null && html`<path class="strip-interval" d="M${px(clip(low))} 10H${px(Math.max(clip(high), clip(low) + 0.5))}"/>`}
${estimate.perFold.map((value) => value !== null && html`<circle class="strip-fold" cx="${px(clip(value))}" cy="10" r="3"/>`)}
${estimate.mean !== null && html`<path class="strip-mean" d="M${px(clip(estimate.mean))} 2V18"/>`}</svg>`
}

/** The end points of a strip column, for its heading. */
export function stripScale(domain: readonly [number, number]): Markup {
  return html`<span class="strip-scale" aria-hidden="true"><span>${fixed(domain[0], 1)}</span><span>${fixed(domain[1], 1)}</span></span>`
}

/** A rate in 0..1 as a bar with its interval as a whisker. */
export function rateBar(rate: number, bounds: Interval | null, kind: 'escape' | 'overkill'): Markup {
  const barWidth = 110
  const low = bounds?.[0] ?? null
  const high = bounds?.[1] ?? null
  return html`<svg class="rate-bar" viewBox="0 0 ${barWidth} 16" width="${barWidth}" height="16" aria-hidden="true">
<path class="strip-base" d="M0 8H${barWidth}"/><path class="rate-${kind}" d="M0 8H${px(rate * barWidth)}"/>
${low !== null && high !== null && html`<path class="whisker" d="M${px(low * barWidth)} 8H${px(high * barWidth)}M${px(Math.max(0.75, low * barWidth))} 4V12M${px(Math.min(barWidth - 0.75, high * barWidth))} 4V12"/>`}</svg>`
}

export interface DumbbellRow {
  readonly label: string
  readonly honest: number
  readonly honestInterval: Interval | null
  readonly naive: number
}

/** Naive (hollow) against honest (solid, with its interval), one row per figure, on one scale. */
export function dumbbellChart(rows: readonly DumbbellRow[]): Markup {
  const all = rows.flatMap((row) => [row.honest, row.naive, row.honestInterval?.[0] ?? row.honest])
  const floor = Math.max(0, Math.floor(Math.min(...all) * 10 - 0.2) / 10)
  const x = linear([floor, 1], [150, 620])
  const rowHeight = 44
  const height = rows.length * rowHeight + 30
  const ticks = Array.from({ length: Math.round((1 - floor) * 10) + 1 }, (_, i) => floor + i / 10)
  const words = rows.map((row) => `${row.label}: honest ${fixed(row.honest)}, usual way ${fixed(row.naive)}`)
  return html`<svg class="chart dumbbell" id="optimism-chart" viewBox="0 0 640 ${height}" role="img" aria-labelledby="optimism-chart-t optimism-chart-d">
<title id="optimism-chart-t">The usual way beside the honest way</title><desc id="optimism-chart-d">${words.join('; ')}.</desc>
<g class="axis" aria-hidden="true">${ticks.map((tick) => html`<path class="grid" d="M${px(x(tick))} 4V${height - 26}"/><text x="${px(x(tick))}" y="${height - 8}" text-anchor="middle">${fixed(tick, 1)}</text>`)}</g>
${rows.map((row, i) => {
  const y = i * rowHeight + 24
  const [low, high] = row.honestInterval ?? [null, null]
  return html`<text class="row-label" x="0" y="${y + 4}">${row.label}</text>
${low !== null && high !== null && html`<path class="dumbbell-interval" d="M${px(x(Math.max(floor, low)))} ${y}H${px(x(Math.min(1, high)))}"/>`}
<path class="dumbbell-gap" d="M${px(x(row.honest))} ${y}H${px(x(row.naive))}"/>
<circle class="dumbbell-naive" cx="${px(x(row.naive))}" cy="${y}" r="6"/><circle class="dumbbell-honest" cx="${px(x(row.honest))}" cy="${y}" r="6"/>`
})}</svg>`
}
