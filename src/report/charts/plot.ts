/** The frame every chart shares: margins, linear scales, quiet axes, and a title and description for screen readers. */
import { type Content, html, type Markup } from '../html.ts'

export interface Axis {
  readonly domain: readonly [number, number]
  readonly ticks: readonly number[]
  readonly label: string
  readonly show: (value: number) => string
}

export interface Plot {
  readonly x: (value: number) => number
  readonly y: (value: number) => number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export interface PlotOptions {
  /** Unique on the page; names the title and description elements. */
  readonly id: string
  readonly title: string
  /** One or two sentences that give a screen reader what the picture gives the eye. */
  readonly description: string
  readonly width: number
  readonly height: number
  readonly xAxis: Axis
  readonly yAxis: Axis
  readonly draw: (plot: Plot) => Content
}

const margin = { left: 46, right: 14, top: 12, bottom: 42 }

export function plotChart(options: PlotOptions): Markup {
  const { id, width, height, xAxis, yAxis } = options
  const left = margin.left
  const right = width - margin.right
  const top = margin.top
  const bottom = height - margin.bottom
  const x = linear(xAxis.domain, [left, right])
  const y = linear(yAxis.domain, [bottom, top])
  const plot: Plot = { x, y, left, right, top, bottom }
  return html`<svg class="chart" id="${id}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-t ${id}-d">
<title id="${id}-t">${options.title}</title><desc id="${id}-d">${options.description}</desc>
<g class="axis" aria-hidden="true">
${yAxis.ticks.map((tick) => html`<path class="grid" d="M${px(left)} ${px(y(tick))}H${px(right)}"/><text x="${left - 8}" y="${px(y(tick) + 4)}" text-anchor="end">${yAxis.show(tick)}</text>`)}
${xAxis.ticks.map((tick) => html`<path class="tick" d="M${px(x(tick))} ${bottom}v5"/><text x="${px(x(tick))}" y="${bottom + 18}" text-anchor="middle">${xAxis.show(tick)}</text>`)}
<path class="base" d="M${left} ${bottom}H${right}"/>
<text class="label" x="${px((left + right) / 2)}" y="${height - 6}" text-anchor="middle">${xAxis.label}</text>
<text class="label" transform="translate(11 ${px((top + bottom) / 2)}) rotate(-90)" text-anchor="middle">${yAxis.label}</text>
</g>
${options.draw(plot)}</svg>`
}

/** Maps a domain to a range; a domain of no width maps to the middle. */
export function linear(
  domain: readonly [number, number],
  range: readonly [number, number],
): (value: number) => number {
  const span = domain[1] - domain[0]
  if (span === 0) return () => (range[0] + range[1]) / 2
  return (value) => range[0] + ((value - domain[0]) / span) * (range[1] - range[0])
}

/** Round numbers (1, 2 or 5 times a power of ten) inside a domain, about `wanted` of them. */
export function niceTicks(low: number, high: number, wanted = 5): number[] {
  const span = high - low
  if (!(span > 0) || !Number.isFinite(span)) return [low]
  const power = 10 ** Math.floor(Math.log10(span / wanted))
  const rough = span / wanted / power
  const step = power * (rough < 1.5 ? 1 : rough < 3.5 ? 2 : rough < 7.5 ? 5 : 10)
  const ticks: number[] = []
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    ticks.push(Number((i * step).toPrecision(12)))
  }
  return ticks
}

/** A coordinate with at most two decimals: short files, no visible loss. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** Path data through points, in plot coordinates; points inside a straight level or upright run are left out. */
export function linePath(plot: Plot, points: readonly { readonly x: number; readonly y: number }[]): string {
  const places = points.map((point) => [px(plot.x(point.x)), px(plot.y(point.y))] as const)
  const turns = places.filter(([x, y], i) => {
    const before = places[i - 1]
    const after = places[i + 1]
    if (before === undefined || after === undefined) return true
    return !((before[0] === x && x === after[0]) || (before[1] === y && y === after[1]))
  })
  return turns.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('')
}
