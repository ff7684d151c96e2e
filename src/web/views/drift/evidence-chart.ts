/** Evidence by statistic over parts, log10, with the level at which the alarm is raised: drawn in the report's own frame. */
import { linePath, niceTicks, plotChart, px } from '../../../report/charts/plot.ts'
import { html, type Markup } from '../../../report/html.ts'
import type { DriftPoint } from '../../../wire/station/drift.ts'

export function evidenceChart(
  points: readonly DriftPoint[],
  level: number,
  words: { readonly title: string; readonly x: string; readonly y: string },
): Markup {
  const last = Math.max(1, ...points.map(({ part }) => part))
  const values = points.flatMap(({ evidence }) => Object.values(evidence))
  const high = Math.max(level * 1.2, ...values)
  const low = Math.min(-1, ...values)
  const names = [...new Set(points.flatMap(({ evidence }) => Object.keys(evidence)))]
  return plotChart({
    id: 'evidence',
    title: words.title,
    description: words.title,
    width: 980,
    height: 300,
    xAxis: { domain: [0, last], ticks: niceTicks(0, last, 8), label: words.x, show: String },
    yAxis: {
      domain: [low, high],
      ticks: niceTicks(low, high),
      label: words.y,
      show: (value) => String(value).replace('-', '−'),
    },
    draw: (plot) => html`
<path class="run-threshold" d="M${plot.left} ${px(plot.y(level))}H${plot.right}"/>
${names.map((name) => {
  const own = points.flatMap(({ part, evidence }) =>
    evidence[name] === undefined ? [] : [{ x: part, y: evidence[name] }],
  )
  const end = own.at(-1)
  return html`<path class="${(end?.y ?? 0) >= level ? 'mean-line other' : 'fold-line'}" d="${linePath(plot, own)}"><title>${name}</title></path>${
    end !== undefined &&
    end.y >= level &&
    html`<text x="${plot.right - 4}" y="${px(Math.max(plot.top + 12, plot.y(end.y) - 6))}" text-anchor="end">${name}</text>`
  }`
})}`,
  })
}
