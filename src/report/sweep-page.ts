/** A grid of evaluations as one self-contained page: the figures of each, and which differences are left once all are counted. */
import type { Sweep, SweepCell, SweepPair } from '../wire/sweep.ts'
import { pageStyle } from './assets.ts'
import { dateTime, duration, fixed, interval, percent, plural } from './format.ts'
import { html, type Markup } from './html.ts'
import { pageDocument } from './page-document.ts'
import { outside, section, tableFrame } from './sections/section.ts'

/** @returns The whole HTML document; the same sweep gives the same bytes. */
export function sweepPage(sweep: Sweep): string {
  const { cells, pairs, comparisons } = sweep
  const failed = cells.filter(({ failure }) => failure !== null)
  const told = pairs.filter(({ isDistinguishable }) => isDistinguishable).length
  return pageDocument({
    title: 'Sweep',
    plumbline: sweep.plumbline,
    style: pageStyle(),
    body: html`<main>
<header class="masthead"><p class="kicker">Sweep</p><h1>${plural(cells.length, 'evaluation')} of one dataset</h1>
<dl class="facts">${[
      ['Dataset', outside(sweep.dataset)],
      ['Made', dateTime(sweep.createdAt)],
      ['Took', duration(sweep.seconds)],
      ['Comparisons', String(comparisons)],
    ].map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></header>
${section({
  id: 'conclusion',
  heading: 'Conclusion',
  body: html`<p>${conclusion(sweep, told)}</p>
<p>The best of many is flattered by having been picked: quote its figures from an evaluation on images that had no part in the choice.</p>`,
})}
${section({
  id: 'figures',
  heading: 'Figures',
  lead: 'Means over the folds with 95 % intervals, by image. Each is a run of its own, with its report.',
  body: cellTable(cells),
})}
${
  pairs.length > 0 &&
  section({
    id: 'pairs',
    heading: 'Differences',
    lead: `AUROC of the first minus that of the second, on the same folds. p is corrected for ${plural(comparisons, 'comparison')} after Holm; over several seeds it is twice their median.`,
    body: pairTable(pairs),
  })
}
${
  failed.length > 0 &&
  section({
    id: 'failed',
    heading: 'Not evaluated',
    body: html`<ul>${failed.map(({ name, failure }) => html`<li><code>${name}</code>: ${outside(failure ?? '')}</li>`)}</ul>`,
  })
}
<p class="muted"><code>${sweep.command}</code></p>
</main>`,
  })
}

function conclusion({ pairs, comparisons }: Sweep, told: number): string {
  if (comparisons === 0) return 'There is nothing to compare: one arm only.'
  if (told === 0)
    return `None of ${plural(comparisons, 'difference')} can be told from what another draw of the data would undo.`
  const largest = pairs
    .filter(({ isDistinguishable }) => isDistinguishable)
    .sort((x, y) => Math.abs(y.mean ?? 0) - Math.abs(x.mean ?? 0))[0]
  const [better, worse] = (largest?.mean ?? 0) >= 0 ? [largest?.a, largest?.b] : [largest?.b, largest?.a]
  return `${told} of ${plural(comparisons, 'difference')} ${told === 1 ? 'is' : 'are'} more than another draw of the data would undo; the largest: ${better} over ${worse}, ${fixed(Math.abs(largest?.mean ?? 0))} of AUROC.`
}

function cellTable(cells: readonly SweepCell[]): Markup {
  return tableFrame(
    'Figures',
    html`<table><caption>Figures of each evaluation</caption><thead><tr><th scope="col">Evaluation</th><th scope="col" class="n">Seed</th><th scope="col" class="n">AUROC</th><th scope="col">95 % interval</th><th scope="col" class="n">Escapes</th><th scope="col" class="n">Overkill</th><th scope="col" class="n">Seconds</th></tr></thead>
<tbody>${cells.map(
      ({ name, arm, seed, auroc, escapeRate, overkillRate, seconds, failure }) =>
        html`<tr><th scope="row">${failure === null ? html`<a href="runs/${name}/report.html">${arm}</a>` : arm}</th><td class="n">${seed}</td><td class="n">${fixed(auroc?.mean)}</td><td>${interval(auroc?.ci)}</td><td class="n">${percent(escapeRate?.mean)}</td><td class="n">${percent(overkillRate?.mean)}</td><td class="n">${fixed(seconds, 0)}</td></tr>`,
    )}</tbody></table>`,
  )
}

function pairTable(pairs: readonly SweepPair[]): Markup {
  return tableFrame(
    'Differences',
    html`<table><caption>Differences of pairs</caption><thead><tr><th scope="col">First</th><th scope="col">Second</th><th scope="col" class="n">Difference</th><th scope="col">95 % interval</th><th scope="col" class="n">p</th><th scope="col" class="n">p, corrected</th><th scope="col">Distinguishable</th></tr></thead>
<tbody>${pairs.map(({ a, b, mean, pValue, adjusted, perSeed, isDistinguishable }) => {
      const [only, second] = perSeed
      const bounds =
        only !== undefined && second === undefined
          ? interval(only.ci)
          : perSeed.map((each) => fixed(each.mean)).join(', ')
      return html`<tr><th scope="row">${a}</th><td>${b}</td><td class="n">${fixed(mean)}</td><td>${bounds}</td><td class="n">${fixed(pValue)}</td><td class="n">${fixed(adjusted)}</td><td>${isDistinguishable ? 'yes' : 'no'}</td></tr>`
    })}</tbody></table>`,
  )
}
