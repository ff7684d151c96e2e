/** Every fold: what it trained on, where its threshold fell, what it got wrong. */
import type { Evaluation, Fold } from '../../wire/evaluation.ts'
import { duration, fixed, grouped, percent, score } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { verdictLevel } from '../view.ts'
import { section, tableFrame, term } from './section.ts'

export function foldsSection(evaluation: Evaluation): Markup {
  const { name, metrics } = verdictLevel(evaluation)
  const { folds } = evaluation
  const unit = evaluation.protocol.unit
  const head = (words: string | Markup, numeric = true): Markup =>
    html`<th scope="col"${numeric && html` class="n"`}>${words}</th>`
  return section({
    id: 'folds',
    heading: 'Folds',
    lead: html`Each fold splits anew, by ${unit}; a ${unit} has one role in a fold. Counts are ${unit}s as good + defective; verdicts are per ${name}.`,
    body: tableFrame(
      'Folds',
      html`<table class="folds"><caption class="hidden">Folds</caption><thead><tr>${head('Fold', false)}${head('Train')}${head('For the threshold')}${head('Judged')}${head('Threshold')}${head(term('escape', 'Missed'))}${head(term('overkill', 'Rejected'))}${head('Escape rate')}${head('Overkill rate')}${head('AUROC')}${head('Balanced acc.')}${head('Fit')}</tr></thead>
<tbody>${folds.map((fold) => foldRow(fold, name))}</tbody>
<tfoot><tr><th scope="row">Mean</th><td></td><td></td><td></td><td class="n">${score(mean(folds.map((fold) => fold.threshold)))}</td><td></td><td></td><td class="n">${percent(metrics.escapeRate.mean)}</td><td class="n">${percent(metrics.overkillRate.mean)}</td><td class="n">${fixed(metrics.auroc.mean)}</td><td class="n">${fixed(metrics.balancedAccuracy.mean)}</td><td></td></tr></tfoot></table>`,
    ),
  })
}

function foldRow(fold: Fold, level: 'image' | 'part'): Markup {
  const counts = fold.confusion[level] ?? fold.confusion.image
  const metrics = fold.metrics[level] ?? fold.metrics.image
  const sum = (pair: readonly [number, number]): string => `${grouped(pair[0])} + ${grouped(pair[1])}`
  const review = fold.reviewThreshold
  return html`<tr><th scope="row">${fold.fold + 1}</th><td class="n">${grouped(fold.units.train)}</td><td class="n">${sum(fold.units.threshold)}</td><td class="n">${sum(fold.units.inference)}</td><td class="n">${score(fold.threshold)}${review !== null && html`<small>review from ${score(review)}</small>`}</td><td class="n">${counts.fn} of ${counts.fn + counts.tp}</td><td class="n">${counts.fp} of ${counts.fp + counts.tn}</td><td class="n">${percent(metrics.escapeRate)}</td><td class="n">${percent(metrics.overkillRate)}</td><td class="n">${fixed(metrics.auroc)}</td><td class="n">${fixed(metrics.balancedAccuracy)}</td><td class="n muted">${duration(fold.seconds.fit)}</td></tr>`
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}
