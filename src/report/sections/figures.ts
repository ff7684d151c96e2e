/** Every figure with its mean, both intervals, standard deviation and folds; then the usual way beside the honest one. */
import type {
  Estimate,
  Evaluation,
  Interval,
  LevelMetrics,
  NaiveLevel,
  PixelMetrics,
} from '../../wire/evaluation.ts'
import { type DumbbellRow, dumbbellChart, foldStrip, stripScale } from '../charts/strips.ts'
import { count, fixed, interval, percent, percentInterval, quotedInterval, statedPercent } from '../format.ts'
import { type Content, html, type Markup } from '../html.ts'
import { section, tableFrame, term } from './section.ts'

interface Row {
  readonly name: Content
  readonly estimate: Estimate
  readonly show?: (value: number | null) => string
  /** False for figures that are no share of one. */
  readonly strip?: boolean
}

export function figuresSection(evaluation: Evaluation): Markup {
  const { metrics, protocol, naive } = evaluation
  const optimism = naive.part ?? naive.image
  const honest = metrics.part ?? metrics.image
  return section({
    id: 'figures',
    heading: 'Figures',
    lead: html`Mean over the folds with two 95 % intervals: the ${term('corrected-t', 'corrected resampled t')}, which knows that folds share training data, and a ${term('bootstrap', 'bootstrap')} that redraws whole parts. Dots are folds.`,
    body: html`
${metrics.part && figureTable('Judged part by part', levelRows(metrics.part, protocol.prevalence, protocol.partialFpr), html`The images of a part are reduced to one score by <code>${protocol.partScore}</code>.`)}
${figureTable('Judged image by image', levelRows(metrics.image, protocol.prevalence, protocol.partialFpr))}
${metrics.pixel ? figureTable('Where the defect is, pixel by pixel', pixelRows(metrics.pixel)) : html`<p class="muted">No pixel figures: the dataset has no masks of defects that can be used, or the detector draws no maps.</p>`}
${optimismBlock(honest, optimism)}`,
  })
}

function levelRows(level: LevelMetrics, prevalence: number, partialFpr: number): Row[] {
  const at = `at ${statedPercent(prevalence)} defective`
  return [
    { name: term('auroc', 'AUROC'), estimate: level.auroc },
    { name: term('ap', 'Average precision'), estimate: level.averagePrecision },
    {
      name: html`${term('pauc', 'Partial AUC')} <small>false alarms ≤ ${statedPercent(partialFpr)}</small>`,
      estimate: level.partialAuroc,
    },
    { name: term('sensitivity', 'Sensitivity'), estimate: level.sensitivity },
    { name: term('specificity', 'Specificity'), estimate: level.specificity },
    { name: term('balanced', 'Balanced accuracy'), estimate: level.balancedAccuracy },
    { name: term('f1', 'F1'), estimate: level.f1 },
    { name: term('mcc', 'MCC'), estimate: level.mcc },
    {
      name: html`${term('precision', 'Precision')} <small>${at}</small>`,
      estimate: level.precision,
      strip: false,
    },
    { name: html`${term('npv', 'NPV')} <small>${at}</small>`, estimate: level.npv, strip: false },
    { name: term('escape', 'Escape rate'), estimate: level.escapeRate, show: percent, strip: false },
    { name: term('overkill', 'Overkill rate'), estimate: level.overkillRate, show: percent, strip: false },
    {
      name: html`Cost per 1,000 <small>${at}</small>`,
      estimate: level.costPer1000,
      show: count,
      strip: false,
    },
  ]
}

function pixelRows(pixel: PixelMetrics): Row[] {
  return [
    { name: 'Pixel AUROC', estimate: pixel.auroc },
    { name: 'Pixel average precision', estimate: pixel.averagePrecision },
    { name: html`${term('aupro', 'AUPRO')} <small>false alarms ≤ 30 %</small>`, estimate: pixel.aupro },
    { name: html`AUPRO <small>false alarms ≤ 5 %</small>`, estimate: pixel.aupro05 },
    { name: term('aupimo', 'AUPIMO'), estimate: pixel.aupimo },
  ]
}

function figureTable(caption: string, rows: readonly Row[], note?: Content): Markup {
  const domain = stripDomain(rows)
  return tableFrame(
    caption,
    html`<table class="figures"><caption>${caption}${note !== undefined && html` <small>${note}</small>`}</caption>
<thead><tr><th scope="col">Figure</th><th scope="col" class="n">Mean</th><th scope="col" class="n">Corrected t</th><th scope="col" class="n">Bootstrap</th><th scope="col" class="n">s. d.</th><th scope="col" class="strip-head">Folds ${stripScale(domain)}</th></tr></thead>
<tbody>${rows.map((row) => figureRow(row, domain))}</tbody></table>`,
  )
}

function figureRow(
  { name, estimate, show = fixed, strip = true }: Row,
  domain: readonly [number, number],
): Markup {
  const known = estimate.perFold.filter((value) => value !== null)
  const each = estimate.perFold.map((value) => show(value)).join(', ')
  const folds = strip
    ? html`${foldStrip(estimate, quotedInterval(estimate), domain)}<span class="hidden">${each}</span>`
    : known.length > 0 &&
      html`<span class="each">${show(Math.min(...known))} to ${show(Math.max(...known))}</span>`
  return html`<tr><th scope="row">${name}</th><td class="n mean">${show(estimate.mean)}</td><td class="n">${bounds(estimate.ci, show)}</td><td class="n">${bounds(estimate.bootstrapCi, show)}</td><td class="n muted">${show(estimate.sd)}</td><td class="strip-cell" title="Folds: ${each}">${folds}</td></tr>`
}

const bounds = (value: Interval | null, show: (value: number | null) => string): string =>
  show === percent ? percentInterval(value) : interval(value, show)

/** From the lowest fold or interval end, rounded down to a tenth, to one. */
function stripDomain(rows: readonly Row[]): [number, number] {
  const values = rows
    .filter((row) => row.strip !== false)
    .flatMap(({ estimate }) => [...estimate.perFold, estimate.ci[0], estimate.mean])
    .filter((value): value is number => value !== null)
  const low = values.length === 0 ? 0 : Math.floor(Math.min(...values) * 10) / 10
  return [Math.max(-1, Math.min(0.9, low)), 1]
}

function optimismBlock(honest: LevelMetrics, naive: NaiveLevel): Markup | null {
  const entry = (label: string, estimate: Estimate, value: number | null): DumbbellRow[] =>
    estimate.mean === null || value === null
      ? []
      : [{ label, honest: estimate.mean, honestInterval: quotedInterval(estimate), naive: value }]
  const rows = [
    ...entry('AUROC', honest.auroc, naive.auroc),
    ...entry('Balanced accuracy', honest.balancedAccuracy, naive.balancedAccuracy),
    ...entry('F1', honest.f1, naive.f1),
  ]
  if (rows.length === 0) return null
  const { balancedAccuracy } = naive.optimism
  return html`<figure class="optimism" id="optimism"><figcaption><h3>The usual way, and this way</h3>
<p>${balancedAccuracy !== null && naive.balancedAccuracy !== null && honest.balancedAccuracy.mean !== null ? html`Choosing the threshold and taking the figure on the same images would have promised a balanced accuracy of ${fixed(naive.balancedAccuracy)}; on images the threshold had not seen it is ${fixed(honest.balancedAccuracy.mean)}. The difference, <strong>${signed(balancedAccuracy)}</strong>, is ${term('optimism', 'optimism')}.` : 'What the usual way would have promised, beside what was measured.'}</p>
<ul class="legend"><li><svg class="key" viewBox="0 0 14 14" aria-hidden="true"><circle class="dumbbell-honest" cx="7" cy="7" r="5"/></svg> honest, with interval</li><li><svg class="key" viewBox="0 0 14 14" aria-hidden="true"><circle class="dumbbell-naive" cx="7" cy="7" r="5"/></svg> the usual way</li></ul></figcaption>${dumbbellChart(rows)}</figure>`
}

const signed = (value: number): string => (value > 0 ? `+${fixed(value)}` : fixed(value))
