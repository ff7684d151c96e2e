/** The answer, in plain words and natural frequencies, with intervals and with what it rests on. */
import type { Estimate, Evaluation, Interval } from '../../wire/evaluation.ts'
import { iconArray, iconArrayLegend, wholeParts } from '../charts/icon-array.ts'
import {
  absent,
  count,
  interval,
  percent,
  percentInterval,
  plural,
  quotedInterval,
  statedPercent,
} from '../format.ts'
import { type Content, html, type Markup } from '../html.ts'
import { verdictLevel } from '../view.ts'
import { section, term } from './section.ts'

/** @param against - What stands against it, in a line; false for nothing. */
export function verdictSection(evaluation: Evaluation, against: Markup | false = false): Markup {
  const { protocol } = evaluation
  const { metrics } = verdictLevel(evaluation)
  const p = protocol.prevalence
  const defective = 1000 * p
  const escapes = perThousand(metrics.escapeRate, defective)
  const scrapped = perThousand(metrics.overkillRate, 1000 - defective)
  const cost = { mean: metrics.costPer1000.mean, bounds: quotedInterval(metrics.costPer1000) }
  const escapeRate = metrics.escapeRate.mean
  const overkillRate = metrics.overkillRate.mean
  const parts = escapeRate !== null && overkillRate !== null ? wholeParts(p, escapeRate, overkillRate) : null
  return section({
    id: 'verdict',
    heading: 'Verdict',
    lead: html`What this detector would do with 1,000 parts off the line, of which ${count(defective)} ${defective === 1 ? 'is' : 'are'} defective (${statedPercent(p)}, ${protocol.prevalenceStated ? 'as stated' : html`<strong>a default: nobody stated the factory’s own share</strong>`}).`,
    body: html`<p class="statement">${statement(defective, escapes, scrapped)}</p>
${against}<div class="big-numbers">
${bigNumber('escape', 'Escape', escapes, `of ${count(defective)} defective`, html`${percent(escapeRate)} of defective parts pass (${rates(metrics.escapeRate)})`)}
${bigNumber('overkill', 'Scrapped for nothing', scrapped, `of ${count(1000 - defective)} good`, html`${percent(overkillRate)} of good parts are rejected (${rates(metrics.overkillRate)})`)}
${bigNumber('cost', 'Cost', cost, 'cost units per 1,000 parts', html`at ${count(protocol.costEscape)} an escape and ${count(protocol.costOverkill)} a part scrapped`)}
</div>
${parts && html`<figure class="thousand">${iconArray(parts)}<figcaption>${iconArrayLegend(parts)}<p class="muted">Mean over the folds, rounded to whole parts.</p></figcaption></figure>`}
<div class="consequences"><p>A <strong>rejected</strong> part is really defective in ${percent(metrics.precision.mean)} of cases (${term('interval', '95 % interval')} ${percentInterval(quotedInterval(metrics.precision))}). An <strong>accepted</strong> part is really good in ${npv(metrics.npv)}.</p>
${metrics.reviewRate !== null && html`<p>${percent(metrics.reviewRate.mean)} of parts fall into the review band and go to a person (${rates(metrics.reviewRate)}).</p>`}</div>
${caveats(evaluation)}`,
  })
}

interface Expected {
  readonly mean: number | null
  readonly bounds: Interval | null
}

function perThousand(estimate: Estimate, parts: number): Expected {
  const scale = (value: number | null): number | null => (value === null ? null : value * parts)
  const bounds = quotedInterval(estimate)
  return { mean: scale(estimate.mean), bounds: bounds && [scale(bounds[0]), scale(bounds[1])] }
}

function statement(defective: number, escapes: Expected, scrapped: Expected): Content {
  if (escapes.mean === null || scrapped.mean === null) {
    return html`This run has no operating point, so nothing can be said about what escapes or what is scrapped.`
  }
  return html`Of 1,000 parts, <strong class="escape-text">${count(escapes.mean)} of the ${count(defective)} defective escape</strong> and <strong class="overkill-text">${count(scrapped.mean)} of the ${count(1000 - defective)} good are scrapped</strong>.`
}

function bigNumber(kind: string, name: string, expected: Expected, unit: string, detail: Content): Markup {
  return html`<div class="big ${kind}"><h3>${name}</h3><p class="number">${count(expected.mean)}</p><p class="unit">${unit}</p>
<p class="range">95 % interval <b>${interval(expected.bounds, count)}</b></p><p class="detail">${detail}</p></div>`
}

const rates = (estimate: Estimate): string => `95 % interval ${percentInterval(quotedInterval(estimate))}`

/** Shares near one keep enough decimals to tell 99.9 from 99.99 %. */
function npv(estimate: Estimate): string {
  const show = (value: number | null): string =>
    value === null ? absent : `${(value * 100).toFixed(value > 0.99 && value < 1 ? 2 : 1)} %`
  return `${show(estimate.mean)} of cases (95 % interval ${interval(quotedInterval(estimate), show)})`
}

/** What the figures rest on: said beside them, never elsewhere. */
function caveats(evaluation: Evaluation): Markup {
  const { dataset, protocol, folds } = evaluation
  const notes: Content[] = []
  const tested = folds.map((fold) => fold.units.inference)
  const least = (i: 0 | 1): number => Math.min(...tested.map((units) => units[i]))
  const units = protocol.unit === 'part' && dataset.partsKnown ? 'part' : 'image'
  if (tested.length > 0) {
    notes.push(
      html`Each of the ${plural(folds.length, 'fold')} was judged on at least ${plural(least(0), `good ${units}`)} and ${plural(least(1), `defective ${units}`)} that neither the fit nor the threshold had seen.`,
    )
  }
  if (!dataset.partsKnown) {
    notes.push(
      html`Part ids are unknown, so every image counts as its own part. If several images show one part, the same part may have been trained on and judged, and the intervals are too narrow.`,
    )
  }
  if (!protocol.prevalenceStated) {
    notes.push(
      html`The share of defective parts is assumed to be ${statedPercent(protocol.prevalence)}. State your own with <code>--prevalence</code>; escapes, cost and the worth of a rejection all follow it.`,
    )
  }
  if (folds.length < 2)
    notes.push(html`A single fold says nothing of how the figures vary from one split to the next.`)
  const { nominal, anomalous } = protocol.satOut
  if (nominal + anomalous > 0) {
    notes.push(
      html`${plural(nominal, `good ${units}`)} and ${plural(anomalous, `defective ${units}`)} were never judged in any fold.`,
    )
  }
  if (dataset.failures.length > 0) {
    notes.push(
      html`${plural(dataset.failures.length, 'file')} could not be used; see <a href="#failures">the list</a>.`,
    )
  }
  notes.push(
    html`The figures hold for parts like those in the dataset: same camera, light, supplier and kinds of defect.`,
  )
  return html`<ul class="caveats">${notes.map((note) => html`<li>${note}</li>`)}</ul>`
}
