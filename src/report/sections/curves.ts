/** ROC and precision-recall. */

import type { Evaluation } from '../../wire/evaluation.ts'
import { curveChart } from '../charts/curve-chart.ts'
import type { Curves } from '../curves.ts'
import { fixed, interval, percent, quotedInterval, statedPercent } from '../format.ts'
import { html, type Markup } from '../html.ts'
import type { WhatIfScores } from '../what-if.ts'
import { section, term } from './section.ts'

export function curvesSection(evaluation: Evaluation, curves: Curves, scores: WhatIfScores): Markup {
  const metrics =
    scores.level === 'part' && evaluation.metrics.part ? evaluation.metrics.part : evaluation.metrics.image
  const lead = html`Inference ${scores.level}s only. Thin lines are folds, the bold line their mean, the band one standard deviation; circles mark each fold’s threshold.`
  if (curves.folds.length === 0) {
    return section({
      id: 'curves',
      heading: 'Curves',
      body: html`<p class="empty">No curves: <code>scores.csv</code> holds no fold with both good and defective ${scores.level}s in inference.</p>`,
    })
  }
  const auroc = `AUROC ${fixed(metrics.auroc.mean)} (95 % interval ${interval(quotedInterval(metrics.auroc))})`
  const ap = `Average precision ${fixed(metrics.averagePrecision.mean)} (95 % interval ${interval(quotedInterval(metrics.averagePrecision))})`
  const { prevalence } = evaluation.protocol
  return section({
    id: 'curves',
    heading: 'Curves',
    lead,
    body: html`<div class="pair"><figure><figcaption><h3>${term('roc', 'ROC')}</h3><p>${auroc}</p></figcaption>${curveChart(
      {
        id: 'roc',
        title: 'ROC curve of every fold and their mean',
        description: `Sensitivity against false-alarm rate, ${curves.folds.length} folds. ${auroc}. Mean sensitivity is ${meanAt(curves, 0.05)} at 5 % false alarms and ${meanAt(curves, 0.2)} at 20 %.`,
        xLabel: 'False-alarm rate (overkill)',
        yLabel: 'Sensitivity',
        folds: curves.folds.map((fold) => ({
          fold: fold.fold,
          points: fold.roc,
          operating: { x: fold.operating.fpr, y: fold.operating.tpr },
        })),
        mean: curves.roc,
        chance: true,
      },
    )}</figure>
<figure><figcaption><h3>${term('pr', 'Precision and recall')}</h3><p>${ap}; dashed: at ${statedPercent(prevalence)} defective</p></figcaption>${curveChart(
      {
        id: 'pr',
        title: 'Precision-recall curve of every fold and their mean',
        description: `Precision against recall, ${curves.folds.length} folds, at the test set’s own mix of labels. ${ap}. The dashed line is the mean precision if ${statedPercent(prevalence)} of parts were defective, as in the factory.`,
        xLabel: 'Recall (sensitivity)',
        yLabel: 'Precision',
        folds: curves.folds.map(({ fold, pr, operating }) => ({
          fold,
          points: pr,
          operating: operating.precision === null ? null : { x: operating.tpr, y: operating.precision },
        })),
        mean: curves.pr,
        dashed: curves.factoryPr,
      },
    )}</figure></div>`,
  })
}

function meanAt(curves: Curves, fpr: number): string {
  return percent(curves.roc.mean.findLast((point) => point.x <= fpr + 1e-9)?.y)
}
