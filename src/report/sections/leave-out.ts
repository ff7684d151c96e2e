/** What groups lose that are judged by a model which has never seen them. */
import type { LeaveOut, Loss } from '../../wire/evaluation.ts'
import { fixed, grouped, interval, percent, percentInterval } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { spaced } from './findings.ts'
import { outside, section, tableFrame } from './section.ts'

export function leaveOutSection({ by, run, groups, mean, tooSmall }: LeaveOut): Markup {
  const small = tooSmall.map(({ group, images: [n, a] }) => `${group} (${n} good, ${a} defective)`).join(', ')
  return section({
    id: 'leave-out',
    heading: `By ${spaced(by)}, each left out`,
    lead: html`Each ${outside(spaced(by))} was kept from training and from the choice of the threshold and judged as a whole; beside it the same group under a random split (${outside(run)}/). Losses above 0 are what a new one would cost; their intervals resample whole units and hold the models.`,
    body: html`${tableFrame(
      'Groups left out',
      html`<table><caption class="hidden">Groups left out</caption><thead><tr><th scope="col">Left out</th><th scope="col" class="n">Good</th><th scope="col" class="n">Defective</th><th scope="col" class="n">AUROC</th><th scope="col" class="n">known</th><th scope="col">loss, 95 % interval</th><th scope="col" class="n">Escape rate</th><th scope="col" class="n">known</th><th scope="col">rise, 95 % interval</th></tr></thead>
<tbody>${groups.map(
        ({ group, images: [nominal, anomalous], auroc, escapeRate }) =>
          html`<tr><th scope="row">${outside(group)}</th><td class="n">${grouped(nominal)}</td><td class="n">${grouped(anomalous)}</td>${areas(auroc)}${rates(escapeRate)}</tr>`,
      )}<tr><th scope="row">Mean</th><td></td><td></td>${areas(mean.auroc)}${rates(mean.escapeRate)}</tr></tbody></table>`,
    )}${tooSmall.length > 0 && html`<p class="muted">Too small to be judged alone: ${outside(small)}.</p>`}`,
  })
}

const areas = ({ leftOut, known, loss, ci }: Loss): Markup =>
  html`<td class="n">${fixed(leftOut)}</td><td class="n">${fixed(known)}</td><td>${fixed(loss)} ${interval(ci)}</td>`
const rates = ({ leftOut, known, loss, ci }: Loss): Markup =>
  html`<td class="n">${percent(leftOut)}</td><td class="n">${percent(known)}</td><td>${percent(loss)} ${percentInterval(ci)}</td>`
