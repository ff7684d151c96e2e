/** The rotation experiment as one self-contained page: the conclusion, the scores as a picture, the figures. */
import type { Rotation, RotationRow } from '../wire/rotation.ts'
import { pageStyle } from './assets.ts'
import { scoreStrips } from './charts/score-strips.ts'
import { fixed, interval, percent, percentInterval, plural, quotedInterval } from './format.ts'
import { html, type Markup } from './html.ts'
import { pageDocument } from './page-document.ts'
import { outside, section, tableFrame } from './sections/section.ts'

export interface ArmScores {
  /** Degrees of nominal images, then `anomalous`. */
  readonly group: string
  /** Deviations of the upright nominal scores above the threshold. */
  readonly values: readonly number[]
}

const armNames = { upright: 'Trained on upright images', turned: 'Trained on turned copies as well' } as const
type ArmName = keyof typeof armNames
const arms: readonly ArmName[] = ['upright', 'turned']

/** @returns The whole HTML document; the same arguments give the same bytes. */
export function rotationPage(
  rotation: Rotation,
  scores: Readonly<Record<ArmName, readonly ArmScores[]>>,
): string {
  const domain = commonDomain(arms.flatMap((arm) => scores[arm].flatMap(({ values }) => values)))
  const { detector, backbone, folds, seed, dataset, command, rotations } = rotation
  return pageDocument({
    title: 'Rotation experiment',
    plumbline: rotation.plumbline,
    style: pageStyle(),
    body: html`<main>
<header class="masthead"><p class="kicker">Rotation experiment</p><h1>Does ${outside(detector)} know a part that it sees turned?</h1>
<dl class="facts">${[
      ['Dataset', outside(dataset)],
      ['Detector', html`${outside(detector)} on ${outside(backbone)}`],
      ['Copies turned by', rotations.map((degrees) => `${degrees}°`).join(', ')],
      ['Folds', `${folds}, seed ${seed}`],
    ].map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></header>
${section({
  id: 'conclusion',
  heading: 'Conclusion',
  body: html`${rotation.conclusion.map((sentence) => html`<p>${sentence}</p>`)}`,
})}
${section({
  id: 'scores',
  heading: 'Scores',
  lead: 'Every judged image of every fold is a dot, the stroke is the median. The line is the threshold, chosen on other parts; what lies to its right is rejected. Nominal parts should lie to its left however they are turned.',
  body: html`${arms.map(
    (arm) => html`<figure><figcaption>${armNames[arm]}</figcaption>
${scoreStrips(scores[arm].map(stripOf), {
  id: `scores-${arm}`,
  title: armNames[arm],
  unit: 'deviations of the upright nominal scores above the threshold',
  domain,
})}</figure>`,
  )}`,
})}
${section({
  id: 'figures',
  heading: 'Figures',
  lead: 'AUROC: anomalous images, upright, against the nominal images of the row. Overkill: the share of those that are rejected. Means over the folds with 95 % intervals.',
  body: html`${arms.map((arm) => armTable(armNames[arm], rotation[arm].rows))}
<p>Each arm is a run of its own: <a href="${rotation.upright.run}/report.html">upright</a>, <a href="${rotation.turned.run}/report.html">with turned copies</a>.</p>
<p class="muted"><code>${command}</code></p>`,
})}
</main>`,
  })
}

/** All but the farthest 2 % on the right, and at least something on either side of the threshold. */
function commonDomain(values: readonly number[]): [number, number] {
  const sorted = Float64Array.from(values).sort()
  const high = sorted[Math.floor(0.98 * (sorted.length - 1))] ?? 1
  return [Math.min(-1, Math.floor(sorted[0] ?? -1)), Math.max(1, Math.ceil(high))]
}

function stripOf({ group, values }: ArmScores) {
  if (group === 'anomalous') return { label: 'anomalous, upright', kind: 'anomalous', values } as const
  const label = group === '0' ? 'nominal, upright' : `nominal, turned ${group}°`
  return { label, kind: 'nominal', values } as const
}

function armTable(name: string, rows: readonly RotationRow[]): Markup {
  return tableFrame(
    name,
    html`<table><caption>${name}</caption><thead><tr><th scope="col">Nominal images</th><th scope="col" class="n">Judged</th><th scope="col" class="n">AUROC</th><th scope="col">95 % interval</th><th scope="col" class="n">Overkill</th><th scope="col">95 % interval</th></tr></thead>
<tbody>${rows.map(
      ({ rotation, images, auroc, overkillRate }) =>
        html`<tr><th scope="row">${rotation === 'all' ? 'of every rotation' : rotation === '0' ? 'upright' : `turned ${rotation}°`}</th><td class="n">${plural(images, 'image')}</td><td class="n">${fixed(auroc.mean)}</td><td>${interval(quotedInterval(auroc))}</td><td class="n">${percent(overkillRate.mean)}</td><td>${percentInterval(quotedInterval(overkillRate))}</td></tr>`,
    )}</tbody></table>`,
  )
}
