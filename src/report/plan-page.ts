/** A plan as one self-contained page: the answer in sentences, the curves as pictures, the figures, the proofs. */
import type { Plan, PlanEstimate, PlanPoint, PlanProof } from '../wire/plan.ts'
import { pageStyle } from './assets.ts'
import { type LearningSeries, learningChart } from './charts/learning-chart.ts'
import { absent, dateTime, fixed, grouped, percent, percentInterval, statedPercent } from './format.ts'
import { html, type Markup } from './html.ts'
import { pageDocument } from './page-document.ts'
import { outside, section, tableFrame } from './sections/section.ts'

/** @returns The whole HTML document; the same plan gives the same bytes. */
export function planPage(plan: Plan): string {
  const { detector, backbone, dataset, protocol, command, createdAt } = plan
  const { nominal, anomalous } = dataset.images
  const of = dataset.partsKnown ? ` of ${grouped(dataset.parts)} parts` : ''
  const [lead = '', ...rest] = plan.answer
  return pageDocument({
    title: 'Plan',
    plumbline: plan.plumbline,
    style: pageStyle(),
    body: html`<main>
<header class="masthead"><p class="kicker">Plan</p><h1>How many more photographs?</h1>
<dl class="facts">${[
      ['Dataset', outside(dataset.path)],
      ['Images', `${grouped(nominal)} nominal, ${grouped(anomalous)} anomalous${of}`],
      ['Detector', html`${outside(detector.id)} on ${outside(backbone.id)}`],
      [
        'Folds',
        `${protocol.folds}, ${protocol.draws === 1 ? 'one order' : `${protocol.draws} orders`} each, seed ${plan.seed}`,
      ],
      ['Planned', html`<time datetime="${createdAt}">${dateTime(createdAt)}</time>`],
    ].map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></header>
${section({
  id: 'answer',
  heading: 'Answer',
  body: html`<p class="plan-lead">${lead}</p>${rest.map((sentence) => html`<p>${sentence}</p>`)}`,
})}
${nominalSection(plan)}
${defectiveSection(plan)}
${proofSection(plan)}
<p class="muted"><code>${command}</code></p>
</main>`,
  })
}

function nominalSection({ nominal, protocol }: Plan): Markup {
  const unit = protocol.unit === 'part' ? 'parts' : 'photographs'
  const worst = nominal.checks.auroc.heldBack.reduce(
    (most, { told, measured }) => Math.max(most, Math.abs(told - measured)),
    0,
  )
  return section({
    id: 'good',
    heading: `More good ${unit}`,
    lead: `Detectors that learnt from more and more good ${unit}, all judged on the same parts: full dots are measured, hollow ones carried on by an inverse power law. The bands are 95 % intervals; beyond now they also hold what carrying missed where the curve was cut off and the rest held back.`,
    body: html`<div class="doses">${chartOf(
      'good-auroc',
      `${protocol.level} AUROC`,
      'AUROC',
      `Good ${unit} that train`,
      nominal,
      [seriesOf('AUROC', 'auroc', nominal.points, 'auroc')],
    )}
${chartOf('good-rates', 'Escape and overkill rates', 'Share', `Good ${unit} that train`, nominal, [
  seriesOf('escape rate', 'escape', nominal.points, 'escapeRate'),
  seriesOf('overkill rate', 'overkill', nominal.points, 'overkillRate'),
])}</div>
${pointTable(`Good ${unit}`, nominal.points)}
<p class="muted">Sizes that were held back: the AUROC told for them was off by ${fixed(worst)} at most.</p>`,
  })
}

function defectiveSection({ defective, protocol }: Plan): Markup {
  const unit = protocol.unit === 'part' ? 'parts' : 'photographs'
  const widths = defective.points.map((point) => ({
    units: point.units,
    value: point.escapeRate.width,
    interval: [point.escapeRate.width, point.escapeRate.width] as const,
    isMeasured: point.isMeasured,
  }))
  const overkill = defective.points.map((point, i) => ({
    ...widths[i]!,
    value: point.overkillRate.width,
    interval: [point.overkillRate.width, point.overkillRate.width] as const,
  }))
  return section({
    id: 'defective',
    heading: `More defective ${unit}`,
    lead: `The same detectors, thresholds chosen and verdicts counted on fewer defective ${unit}, and the widths carried on. No defect is learnt from: more of them make the threshold surer and the intervals narrower.`,
    body: html`<div class="doses">${chartOf(
      'defective-widths',
      'Width of the 95 % intervals of escape and overkill rates',
      'Width',
      `Defective ${unit}`,
      defective,
      [
        { name: 'interval of the escape rate', kind: 'escape', points: widths },
        { name: 'interval of the overkill rate', kind: 'overkill', points: overkill },
      ],
    )}</div>
${pointTable(`Defective ${unit}`, defective.points)}`,
  })
}

function proofSection({ proofs }: Plan): Markup {
  const row = (name: string, { bound, confidence, parts }: PlanProof, kind: string) =>
    html`<tr><th scope="row">${name} below ${statedPercent(bound)}, ${statedPercent(confidence)} sure</th>${parts.map(({ parts: many }) => html`<td class="n">${many === null ? absent : grouped(many)}</td>`)}<td>${kind} parts</td></tr>`
  const wrong = proofs.escape.parts.map((each) => each.wrong)
  return section({
    id: 'proofs',
    heading: 'What it takes to prove',
    lead: 'Parts that must be judged, none of which helped to choose the threshold, if so many of them are judged wrongly (Clopper and Pearson, one-sided). Several photographs of one part are one witness.',
    body: tableFrame(
      'Parts that must be judged',
      html`<table><caption>Parts that must be judged</caption><thead><tr><th scope="col">Claim</th>${wrong.map((count) => html`<th scope="col" class="n">${count === 0 ? 'none' : count} wrong</th>`)}<th scope="col">of</th></tr></thead>
<tbody>${row('Escape rate', proofs.escape, 'defective')}${row('Overkill rate', proofs.overkill, 'good')}</tbody></table>`,
    ),
  })
}

function chartOf(
  id: string,
  title: string,
  yLabel: string,
  xLabel: string,
  { now, points }: Pick<Plan['defective'], 'now' | 'points'>,
  series: readonly LearningSeries[],
): Markup {
  const show = (value: number): string => (id === 'good-auroc' ? fixed(value) : percent(value))
  const [first, last] = [points[0]?.units ?? now, points.at(-1)?.units ?? now]
  const ends = series.map(({ name, points: own }) => {
    const at = own.find(({ units }) => units === now)
    return `${name}: ${show(own[0]?.value ?? 0)} with ${first}, ${show(at?.value ?? 0)} with ${now} as now, ${show(own.at(-1)?.value ?? 0)} with ${last}`
  })
  const chart = learningChart({
    ...{ id, title, xLabel, yLabel, now, show, series },
    description: `${ends.join('. ')}.`,
  })
  const key =
    series.length > 1 &&
    html` ${series.map(({ name, kind }) => html`<span class="learning-key dose-${kind}">${name}</span> `)}`
  return html`<figure><figcaption>${title}${key}</figcaption>${chart}</figure>`
}

const seriesOf = (
  name: string,
  kind: LearningSeries['kind'],
  points: readonly PlanPoint[],
  figure: 'auroc' | 'escapeRate' | 'overkillRate',
): LearningSeries => ({
  name,
  kind,
  points: points.map((point) => ({
    units: point.units,
    value: point[figure].value,
    interval: point[figure].ci,
    isMeasured: point.isMeasured,
  })),
})

function pointTable(name: string, points: readonly PlanPoint[]): Markup {
  const share = ({ value, ci: [low, high] }: PlanEstimate) =>
    html`<td class="n">${fixed(value)}</td><td>${fixed(low)} to ${fixed(high)}</td>`
  const rate = ({ value, ci }: PlanEstimate) =>
    html`<td class="n">${percent(value)}</td><td>${percentInterval(ci)}</td>`
  return tableFrame(
    name,
    html`<table><caption>${name}</caption><thead><tr><th scope="col" class="n">Number</th><th scope="col">Known by</th><th scope="col" class="n">AUROC</th><th scope="col">95 % interval</th><th scope="col" class="n">Escape</th><th scope="col">95 % interval</th><th scope="col" class="n">Overkill</th><th scope="col">95 % interval</th></tr></thead>
<tbody>${points.map(
      (point) =>
        html`<tr><th scope="row" class="n">${grouped(point.units)}</th><td>${point.more === 0 ? 'now' : point.isMeasured ? 'measured' : 'carried on'}</td>${share(point.auroc)}${rate(point.escapeRate)}${rate(point.overkillRate)}</tr>`,
    )}</tbody></table>`,
  )
}
