/** What grows with the dose of a change: rates and AUROC with their intervals, the harmless range shaded, the expected dose marked. */

import { lastOf } from '../../present.ts'
import type { GuardrailChart } from '../../wire/guardrail-report.ts'
import { percent } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { linePath, type Plot, plotChart, px } from './plot.ts'

/** Look of a series; its colour is the one that the page has for it. */
const looks = { overkill: 'dose-overkill', escape: 'dose-escape', auroc: 'dose-auroc' } as const
/** Sideways, so that intervals of series with equal values stay apart. */
const aside = { overkill: -3, escape: 3, auroc: 0 } as const

export function doseChart(chart: GuardrailChart, id: string): Markup {
  const last = Math.max(1, chart.doses.length - 1)
  return plotChart({
    id,
    title: chart.caption,
    description: describe(chart),
    width: 480,
    height: 300,
    xAxis: {
      domain: [0, last],
      ticks: chart.doses.map((_, i) => i),
      label: chart.axis,
      show: (i) => chart.doses[i]!.label,
    },
    yAxis: {
      domain: [0, 1],
      ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
      label: 'Share; AUROC',
      show: (value) => value.toFixed(1),
    },
    draw: (plot) => html`
${harmlessRange(plot, chart)}
${chart.expected !== null && html`<path class="dose-expected" d="M${px(plot.x(chart.expected))} ${px(plot.top)}V${px(plot.bottom)}"><title>Expect this much on a line</title></path>`}
${chart.series.map((series) => seriesMarks(plot, series, chart))}`,
  })
}

/** From no change to half a step beyond the largest harmless dose. */
function harmlessRange(plot: Plot, { harmless, doses }: GuardrailChart): Markup {
  const end = Math.min(plot.right, plot.x(Math.min(harmless + 0.5, doses.length - 1)))
  return html`<rect class="dose-harmless" x="${px(plot.left)}" y="${px(plot.top)}" width="${px(end - plot.left)}" height="${px(plot.bottom - plot.top)}"><title>No harm seen: up to ${doses[harmless]!.words}</title></rect>`
}

function seriesMarks(
  plot: Plot,
  { name, kind, values }: GuardrailChart['series'][number],
  { doses }: GuardrailChart,
): Markup {
  const points = values.flatMap(({ value, interval }, i) =>
    value === null ? [] : [{ x: i, y: value, interval }],
  )
  return html`<g class="${looks[kind]}"><path class="dose-line" d="${linePath(plot, points)}"/>
${points.map(({ x, interval }) => {
  const at = px(plot.x(x) + aside[kind])
  return (
    interval !== null &&
    html`<path class="dose-interval" d="M${at} ${px(plot.y(interval[0]))}V${px(plot.y(interval[1]))}"/>`
  )
})}
${points.map(({ x, y }) => html`<circle cx="${px(plot.x(x))}" cy="${px(plot.y(y))}" r="3.5"><title>${doses[x]!.words}: ${name} ${kind === 'auroc' ? y.toFixed(3) : percent(y)}</title></circle>`)}</g>`
}

function describe({ doses, series, harmless }: GuardrailChart): string {
  const ends = series.flatMap(({ name, kind, values }) => {
    const [first, last] = [values[0]?.value ?? null, values.at(-1)?.value ?? null]
    const show = (value: number): string => (kind === 'auroc' ? value.toFixed(3) : percent(value))
    return first === null || last === null
      ? []
      : [`${name}: ${show(first)} as photographed, ${show(last)} ${lastOf(doses).words}`]
  })
  return `No harm seen: up to ${doses[harmless]!.words}. ${ends.join('. ')}.`
}
