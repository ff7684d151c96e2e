/** Evidence by statistic over parts, log10, with the level at which the alarm is raised: drawn in the report's own frame. */
import { linePath, niceTicks, plotChart, px } from '../../../report/charts/plot.ts'
import { html, type Markup } from '../../../report/html.ts'
import type { DriftPoint } from '../../../wire/station/drift.ts'

interface ChartWords {
  readonly title: string
  readonly x: string
  readonly y: string
  /** What a statistic is called. */
  readonly name: (statistic: string) => string
}

/** Of a line of text, pixels. */
const lineHeight = 13

export function evidenceChart(points: readonly DriftPoint[], level: number, words: ChartWords): Markup {
  const last = Math.max(1, ...points.map(({ part }) => part))
  const values = points.flatMap(({ evidence }) => Object.values(evidence))
  const high = Math.max(level * 1.2, ...values)
  const low = Math.min(-1, ...values)
  const names = [...new Set(points.flatMap(({ evidence }) => Object.keys(evidence)))]
  const lines = names.map((name) => {
    const line = points.flatMap(({ part, evidence }) =>
      evidence[name] === undefined ? [] : [{ x: part, y: evidence[name] }],
    )
    return { name, line, end: line.at(-1)?.y ?? 0 }
  })
  const raised = lines.filter(({ end }) => end >= level).sort((a, b) => b.end - a.end)
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
    draw(plot) {
      const heights = spreadApart(
        raised.map(({ end }) => Math.max(plot.top + 12, plot.y(end) - 6)),
        plot.bottom - 4,
      )
      return html`
<path class="run-threshold" d="M${plot.left} ${px(plot.y(level))}H${plot.right}"/>
${lines.map(
  ({ name, line, end }) =>
    html`<path class="${end >= level ? 'mean-line other' : 'fold-line'}" d="${linePath(plot, line)}"><title>${words.name(name)}</title></path>`,
)}
${raised.map(
  ({ name }, i) =>
    html`<text x="${plot.right - 4}" y="${px(heights[i]!)}" text-anchor="end">${words.name(name)}</text>`,
)}`
    },
  })
}

/** Lines of text so that none covers another. @param heights - From the top down. @param lowest - Where the last may stand. */
export function spreadApart(heights: readonly number[], lowest: number): number[] {
  const placed: number[] = []
  for (const height of heights) placed.push(Math.max(height, (placed.at(-1) ?? -Infinity) + lineHeight))
  for (let i = placed.length - 1, room = lowest; i >= 0; i--, room -= lineHeight)
    placed[i] = Math.min(placed[i]!, room)
  return placed
}
