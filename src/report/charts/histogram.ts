/** Scores of nominal and anomalous inference units back to back: nominal upwards, anomalous downwards, one score axis. */
import { score } from '../format.ts'
import { html, type Markup } from '../html.ts'
import type { FoldScores } from '../what-if.ts'
import { niceTicks, type Plot, plotChart, px } from './plot.ts'

export interface Bins {
  readonly low: number
  readonly width: number
  readonly nominal: readonly number[]
  readonly anomalous: readonly number[]
}

/** Pools the folds into bins of equal width over the range of all finite scores. */
export function binScores(folds: readonly FoldScores[], binCount = 48): Bins {
  let low = Infinity
  let high = -Infinity
  for (const fold of folds) {
    for (const list of [fold.nominal, fold.anomalous, [fold.threshold]]) {
      for (const value of list) {
        if (!Number.isFinite(value)) continue
        low = Math.min(low, value)
        high = Math.max(high, value)
      }
    }
  }
  if (low > high) [low, high] = [0, 1]
  if (low === high) [low, high] = [low - 0.5, high + 0.5]
  const width = (high - low) / binCount
  const fill = (lists: readonly (readonly number[])[]): number[] => {
    const bins = new Array<number>(binCount).fill(0)
    for (const list of lists) {
      for (const value of list) {
        const bin = Math.min(binCount - 1, Math.max(0, Math.floor((value - low) / width)))
        bins[bin]! += 1
      }
    }
    return bins
  }
  return {
    low,
    width,
    nominal: fill(folds.map((f) => f.nominal)),
    anomalous: fill(folds.map((f) => f.anomalous)),
  }
}

export interface HistogramWords {
  readonly title: string
  /** For those who do not see it. */
  readonly description: (low: number, high: number, threshold: number) => string
  readonly scores: string
  readonly counts: string
  readonly nominal: string
  readonly anomalous: string
  /** A score at the axis. */
  readonly show: (value: number) => string
}

/** @param noun - What has one score: `part`, `image`. */
export const foldWords = (noun: string): HistogramWords => ({
  title: `Scores of good and defective ${noun}s with the threshold`,
  description: (low, high, mean) =>
    `Histogram of the inference scores of all folds. Good ${noun}s rise above the axis, defective ones hang below it. Scores run from ${score(low)} to ${score(high)}; the mean threshold is ${score(mean)}. Everything to its right is rejected.`,
  scores: 'Anomaly score (raw)',
  counts: `${noun[0]?.toUpperCase()}${noun.slice(1)}s in all folds`,
  nominal: 'Good',
  anomalous: 'Defective',
  show: tickScore,
})

export function histogramChart(folds: readonly FoldScores[], words: HistogramWords): Markup {
  const bins = binScores(folds)
  const high = bins.low + bins.width * bins.nominal.length
  const peak = Math.max(1, ...bins.nominal, ...bins.anomalous)
  const thresholds = folds.map((fold) => fold.threshold)
  const mean = thresholds.reduce((sum, value) => sum + value, 0) / Math.max(1, thresholds.length)
  const yTicks = niceTicks(0, peak, 3)
  return plotChart({
    id: 'histogram',
    title: words.title,
    description: words.description(bins.low, high, mean),
    width: 980,
    height: 340,
    xAxis: {
      domain: [bins.low, high],
      ticks: niceTicks(bins.low, high, 8),
      label: words.scores,
      show: words.show,
    },
    yAxis: {
      domain: [-peak * 1.08, peak * 1.08],
      ticks: [...yTicks.slice(1).map((tick) => -tick), ...yTicks].sort((a, b) => a - b),
      label: words.counts,
      show: (value) => String(Math.abs(value)),
    },
    draw: (plot) => html`
<path class="bar-nominal" d="${barsPath(plot, bins, bins.nominal, 1)}"/>
<path class="bar-anomalous" d="${barsPath(plot, bins, bins.anomalous, -1)}"/>
<path class="zero" d="M${plot.left} ${px(plot.y(0))}H${plot.right}"/>
<g class="side-labels" aria-hidden="true"><text x="${plot.right}" y="${plot.top + 12}" text-anchor="end" class="nominal-text">${words.nominal} ↑</text><text x="${plot.right}" y="${plot.bottom - 8}" text-anchor="end" class="anomalous-text">${words.anomalous} ↓</text></g>
<path class="run-threshold" d="M${px(plot.x(mean))} ${px(plot.top)}V${px(plot.bottom)}"/>
<g id="threshold-marker" data-x0="${px(plot.left)}" data-x1="${px(plot.right)}" data-low="${bins.low}" data-high="${high}" data-mean="${mean}">
${thresholds.map((threshold) => html`<path class="fold-threshold" d="M${px(plot.x(threshold))} ${px(plot.bottom)}v-9"/>`)}
<path class="mean-threshold" d="M${px(plot.x(mean))} ${px(plot.top)}V${px(plot.bottom)}"/></g>`,
  })
}

function barsPath(plot: Plot, bins: Bins, counts: readonly number[], sign: 1 | -1): string {
  let path = ''
  counts.forEach((n, i) => {
    if (n === 0) return
    const left = plot.x(bins.low + i * bins.width) + 0.5
    const right = plot.x(bins.low + (i + 1) * bins.width) - 0.5
    path += `M${px(left)} ${px(plot.y(0))}V${px(plot.y(sign * n))}H${px(right)}V${px(plot.y(0))}Z`
  })
  return path
}

const tickScore = (value: number): string => {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(1)
  return String(Number(value.toPrecision(6))).replace('-', '−')
}
