/** For which kinds of part it fails: a sortable table, worst first, the worst of each column marked. */
import type { Interval, Subgroup } from '../../wire/evaluation.ts'
import { rateBar } from '../charts/strips.ts'
import { absent, fixed, grouped, percent, percentInterval } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { spaced } from './findings.ts'
import { outside, section, tableFrame } from './section.ts'

/** Rows of one column kept in the page; the rest stay in `evaluation.json`. */
export const rowsPerColumn = 40

export function subgroupsSection(subgroups: readonly Subgroup[]): Markup {
  const lead = html`Pooled over the folds; intervals count distinct units. With many small groups one will look bad by chance: read the interval, not the rank.`
  if (subgroups.length === 0) {
    return section({
      id: 'subgroups',
      heading: 'Subgroups',
      body: html`<p class="empty">No subgroups: the dataset names no defect types, and its manifest has no further columns.</p>`,
    })
  }
  const columns = [...new Set(subgroups.map((group) => group.column))]
  const shown = columns.flatMap((column) =>
    subgroups
      .filter((group) => group.column === column)
      .sort((a, b) => Number(b.worst) - Number(a.worst) || badness(b) - badness(a))
      .slice(0, rowsPerColumn),
  )
  const left = subgroups.length - shown.length
  const chips = html`<div class="chips needs-script" role="group" aria-label="Show subgroups by"><button type="button" data-column="" aria-pressed="true">All</button>${columns.map((column) => html`<button type="button" data-column="${column}" aria-pressed="false">${outside(spaced(column))}</button>`)}</div>`
  const head = (words: string, key: string, numeric: boolean): Markup =>
    html`<th scope="col"${numeric && html` class="n"`} data-key="${key}"><button type="button" class="sort">${words}</button></th>`
  return section({
    id: 'subgroups',
    heading: 'Subgroups',
    lead,
    body: html`${columns.length > 1 && chips}${tableFrame(
      'Subgroups',
      html`<table id="subgroup-table"><caption class="hidden">Subgroups</caption><thead><tr>${head('By', 'column', false)}${head('Group', 'value', false)}${head('Images', 'images', true)}${head('Units', 'units', true)}${head('AUROC', 'auroc', true)}${head('Escape rate', 'escape', true)}<th scope="col">95 % interval</th>${head('Overkill rate', 'overkill', true)}<th scope="col">95 % interval</th></tr></thead>
<tbody>${shown.map(subgroupRow)}</tbody></table>`,
    )}${left > 0 && html`<p class="muted">The ${rowsPerColumn} worst of each column are shown; ${grouped(left)} more are in <code>evaluation.json</code>.</p>`}`,
  })
}

const badness = (group: Subgroup): number => Math.max(group.escapeRate ?? -1, group.overkillRate ?? -1)

function subgroupRow(group: Subgroup): Markup {
  return html`<tr data-column="${group.column}"${group.worst && html` class="worst"`}><td>${outside(spaced(group.column))}</td><th scope="row" data-sort="${group.value}">${outside(group.value)}${group.worst && html` <span class="badge worst">worst</span>`}</th><td class="n" data-sort="${group.images}">${grouped(group.images)}</td><td class="n" data-sort="${group.units}">${grouped(group.units)}</td><td class="n" data-sort="${group.auroc}">${fixed(group.auroc)}</td>${rateCells(group.escapeRate, group.escapeCi, 'escape')}${rateCells(group.overkillRate, group.overkillCi, 'overkill')}</tr>`
}

function rateCells(rate: number | null, bounds: Interval | null, kind: 'escape' | 'overkill'): Markup {
  if (rate === null) return html`<td class="n muted" data-sort="">${absent}</td><td></td>`
  return html`<td class="n" data-sort="${rate}">${percent(rate)}</td><td class="bar-cell">${rateBar(rate, bounds, kind)}<small>${percentInterval(bounds)}</small></td>`
}
