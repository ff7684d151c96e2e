/** Four controls and what they would do; without a script, a table of the trade-off says the same more coarsely. */
import type { Evaluation } from '../../wire/evaluation.ts'
import { foldWords, histogramChart } from '../charts/histogram.ts'
import { count, percent, percentInterval, score, statedPercent } from '../format.ts'
import { html, type Markup } from '../html.ts'
import {
  type Consequences,
  consequences,
  type FoldScores,
  type Spread,
  type WhatIf,
  type WhatIfScores,
} from '../what-if.ts'
import { section, tableFrame } from './section.ts'

/** What the page's script is given. */
export interface WhatIfData extends WhatIfScores {
  readonly setting: WhatIf
  readonly meanThreshold: number
  readonly shiftRange: readonly [number, number]
}

/** @returns null where no fold has a threshold and inference scores. */
export function whatIfData(evaluation: Evaluation, scores: WhatIfScores): WhatIfData | null {
  const folds = scores.folds.filter((fold) => fold.nominal.length + fold.anomalous.length > 0)
  if (folds.length === 0) return null
  const meanThreshold = folds.reduce((sum, fold) => sum + fold.threshold, 0) / folds.length
  const { prevalence, costEscape, costOverkill } = evaluation.protocol
  return {
    level: scores.level,
    folds,
    setting: { shift: 0, prevalence, costEscape, costOverkill },
    meanThreshold,
    shiftRange: shiftRange(folds),
  }
}

/** Enough to call everything defective at one end and nothing at the other, in every fold. */
function shiftRange(folds: readonly FoldScores[]): [number, number] {
  let low = 0
  let high = 0
  for (const { nominal, anomalous, threshold } of folds) {
    const ends = [nominal[0], anomalous[0], nominal.at(-1), anomalous.at(-1)].filter(
      (end) => end !== undefined,
    )
    low = Math.min(low, Math.min(...ends) - threshold)
    high = Math.max(high, Math.max(...ends) - threshold)
  }
  const room = (high - low) * 0.01 || 1
  return [low - room, high + room]
}

export function whatIfSection(data: WhatIfData | null): Markup {
  if (data === null) {
    return section({
      id: 'what-if',
      heading: 'What if',
      body: html`<p class="empty">No inference scores with a threshold are in this run, so nothing can be tried here.</p>`,
    })
  }
  const { setting } = data
  const [low, high] = data.shiftRange
  const start = consequences(data.folds, setting)
  const step = Number(((high - low) / 400).toPrecision(1))
  return section({
    id: 'what-if',
    heading: 'Scores, threshold and what if',
    lead: html`What another threshold, share of defects or cost would do, recomputed from the inference scores of the ${data.folds.length} folds, per ${data.level}.`,
    body: html`${histogram(data)}<div class="panel needs-script" id="what-if-panel">
<div class="controls">
${control('threshold', 'Threshold', 'mean of the folds; all move together', data.meanThreshold + low, data.meanThreshold + high, step, data.meanThreshold)}
${control('prevalence', 'Defective parts', 'per cent of production', 0, 50, 0.1, setting.prevalence * 100)}
${control('cost-escape', 'Cost of an escape', 'cost units', 0, niceMaximum(setting.costEscape), 0.1, setting.costEscape)}
${control('cost-overkill', 'Cost of a good part scrapped', 'cost units', 0, niceMaximum(setting.costOverkill), 0.1, setting.costOverkill)}
<div class="buttons"><button type="button" id="what-if-cheapest">Cheapest threshold here</button><button type="button" id="what-if-reset">Back to the run</button></div>
</div>
<div class="outcome">
<dl class="outcome-grid">${outcomes.map(({ id, name, figure, show }) => html`<div><dt>${name}</dt><dd><b id="wi-${id}">${show(figure(start).mean)}</b><small id="wi-${id}-range">folds ${range(figure(start), show)}</small></dd></div>`)}</dl>
<p class="muted" id="wi-counts">${countsText(start, data.level)}</p>
<p id="what-if-status" class="hidden" role="status" aria-live="polite"></p>
</div>
</div>
<p class="warning-note"><strong>Look, but do not choose here.</strong> These are the scores the run was judged on. A threshold picked on them flatters itself, exactly as the usual way does, and the intervals above no longer apply. To change the operating point, choose the policy and costs beforehand and run again: <code>plumbline evaluate … --threshold cost --cost-escape … --cost-overkill … --prevalence …</code>. The threshold is then found on images kept for that purpose.</p>
${tradeOffTable(data)}`,
  })
}

function histogram({ folds, level }: WhatIfData): Markup {
  const thresholds = folds.map((fold) => fold.threshold)
  const [low, high] = [score(Math.min(...thresholds)), score(Math.max(...thresholds))]
  return html`<figure class="wide"><figcaption><p>Ticks on the axis are the folds’ thresholds (${low === high ? low : `${low} to ${high}`}), the line their mean. Good ${level}s at or right of their threshold are scrapped, defective ones left of it escape. What several folds judge is counted in each.</p></figcaption><div class="scroller" tabindex="0" role="region" aria-label="Histogram">${histogramChart(folds, foldWords(level))}</div></figure>`
}

interface Outcome {
  readonly id: string
  readonly name: string
  readonly figure: (result: Consequences) => Spread
  readonly show: (value: number | null) => string
}

/** The page's script fills the same ids; `page/what-if.js` repeats this list. */
const outcomes: readonly Outcome[] = [
  { id: 'escapes', name: 'Escapes per 1,000', figure: (result) => result.escapesPer1000, show: count },
  { id: 'overkill', name: 'Scrapped per 1,000', figure: (result) => result.overkillPer1000, show: count },
  { id: 'cost', name: 'Cost per 1,000', figure: (result) => result.costPer1000, show: count },
  { id: 'escape-rate', name: 'Escape rate', figure: (result) => result.escapeRate, show: percent },
  { id: 'overkill-rate', name: 'Overkill rate', figure: (result) => result.overkillRate, show: percent },
  { id: 'precision', name: 'Rejected, truly defective', figure: (result) => result.precision, show: percent },
  { id: 'npv', name: 'Accepted, truly good', figure: (result) => result.npv, show: percent },
]

const range = (spread: Spread, show: (value: number | null) => string): string =>
  show === percent
    ? percentInterval([spread.low, spread.high])
    : `${show(spread.low)} to ${show(spread.high)}`

function countsText(result: Consequences, level: string): string {
  return `Counted over all folds: ${result.missed} of ${result.anomalous} defective ${level}s missed, ${result.rejected} of ${result.nominal} good ones rejected.`
}

function niceMaximum(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)) + 1)
  return Math.max(10, power)
}

function control(
  id: string,
  name: string,
  unit: string,
  min: number,
  max: number,
  step: number,
  value: number,
): Markup {
  const shown = Number(value.toPrecision(6))
  return html`<div class="control" role="group" aria-labelledby="${id}-l"><label id="${id}-l" for="${id}-range">${name} <small>${unit}</small></label>
<input type="range" id="${id}-range" min="${Number(min.toPrecision(6))}" max="${Number(max.toPrecision(6))}" step="any" data-step="${step}" value="${shown}" autocomplete="off"><input type="number" id="${id}-number" aria-label="${name}, exact value" step="any" value="${shown}" autocomplete="off"></div>`
}

const overkillTargets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2]

/** For a row of greatest allowed overkill rates, the lowest common shift of the thresholds that keeps to it. */
export function tradeOff(data: WhatIfData): { target: number; shift: number; result: Consequences }[] {
  const shifts = candidateShifts(data.folds)
  return overkillTargets.flatMap((target) => {
    let low = 0
    let high = shifts.length - 1
    const rateAt = (i: number): number =>
      consequences(data.folds, { ...data.setting, shift: shifts[i]! }).overkillRate.mean ?? Infinity
    if (shifts.length === 0 || rateAt(high) > target) return []
    while (low < high) {
      const middle = (low + high) >>> 1
      if (rateAt(middle) <= target) high = middle
      else low = middle + 1
    }
    const shift = shifts[low]!
    return [{ target, shift, result: consequences(data.folds, { ...data.setting, shift }) }]
  })
}

/** Just above every nominal score, relative to its fold's threshold: where the overkill rate can change. Ascending. */
function candidateShifts(folds: readonly FoldScores[]): number[] {
  const shifts = folds.flatMap((fold) =>
    fold.nominal.map((value) => {
      const gap = value - fold.threshold
      return gap + Math.max(Math.abs(value), Math.abs(gap), 1e-12) * 1e-9
    }),
  )
  return [...new Set(shifts)].sort((a, b) => a - b)
}

function tradeOffTable(data: WhatIfData): Markup {
  const rows = tradeOff(data)
  const own = consequences(data.folds, data.setting)
  const line = (name: string | Markup, threshold: number, result: Consequences, current = false): Markup =>
    html`<tr${current && html` class="current"`}><th scope="row">${name}</th><td class="n">${score(threshold)}</td><td class="n">${percent(result.overkillRate.mean)}</td><td class="n">${percent(result.escapeRate.mean)}</td><td class="n">${count(result.escapesPer1000.mean)}</td><td class="n">${count(result.overkillPer1000.mean)}</td><td class="n">${count(result.costPer1000.mean)}</td></tr>`
  return tableFrame(
    'Trade-off',
    html`<table><caption>The trade-off in a table <small>lowest threshold that keeps overkill at or below a bound, seen after the fact</small></caption>
<thead><tr><th scope="col">Overkill at most</th><th scope="col" class="n">Mean threshold</th><th scope="col" class="n">Overkill rate</th><th scope="col" class="n">Escape rate</th><th scope="col" class="n">Escapes / 1,000</th><th scope="col" class="n">Scrapped / 1,000</th><th scope="col" class="n">Cost / 1,000</th></tr></thead>
<tbody>${rows.map((row) => line(statedPercent(row.target), data.meanThreshold + row.shift, row.result))}${line(html`<strong>As run</strong>`, data.meanThreshold, own, true)}</tbody></table>`,
  )
}
