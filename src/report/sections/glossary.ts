/** The words of the page, explained to someone who makes parts. */
import { html, type Markup } from '../html.ts'

const words: readonly (readonly [id: string, word: string, meaning: string])[] = [
  [
    'auroc',
    'AUROC',
    'Chance that a defective part scores higher than a good one. 0.5 is a coin toss, 1 is perfect. Needs no threshold, so it says nothing of what happens on the line.',
  ],
  [
    'ap',
    'Average precision',
    'Area under the precision-recall curve at the test set’s own mix of good and defective. Falls when defects are rarer.',
  ],
  [
    'pauc',
    'Partial AUC',
    'AUROC over low false-alarm rates only, where a line can afford to work; rescaled so that 0.5 is a coin toss (McClish 1989).',
  ],
  [
    'sensitivity',
    'Sensitivity',
    'Share of defective parts that are rejected. One minus the escape rate. Also called recall.',
  ],
  ['specificity', 'Specificity', 'Share of good parts that are accepted. One minus the overkill rate.'],
  ['balanced', 'Balanced accuracy', 'Mean of sensitivity and specificity.'],
  ['f1', 'F1', 'Harmonic mean of precision and sensitivity at the test set’s mix.'],
  [
    'mcc',
    'MCC',
    'Matthews correlation between truth and decision: 1 perfect, 0 no better than chance, −1 always wrong.',
  ],
  [
    'precision',
    'Precision',
    'Share of rejected parts that are really defective. Depends on how common defects are, so it is given at the factory’s prevalence.',
  ],
  [
    'npv',
    'NPV',
    'Negative predictive value: share of accepted parts that are really good, at the factory’s prevalence.',
  ],
  ['escape', 'Escape rate', 'Share of defective parts that are accepted and leave the line.'],
  [
    'overkill',
    'Overkill rate',
    'Share of good parts that are rejected: scrap for nothing, or a false alarm.',
  ],
  [
    'prevalence',
    'Prevalence',
    'Share of defective parts in production. Test sets hold far more, so it must be stated.',
  ],
  ['roc', 'ROC', 'Sensitivity against false-alarm rate as the threshold moves.'],
  ['pr', 'Precision and recall', 'Precision against sensitivity as the threshold moves.'],
  [
    'aupro',
    'AUPRO',
    'How much of each defect region the heat map covers, averaged over false-alarm rates up to a bound. Small defects count as much as large ones.',
  ],
  [
    'aupimo',
    'AUPIMO',
    'As AUPRO, but per image and at false-alarm rates so low that good images stay almost clean.',
  ],
  [
    'interval',
    '95 % interval',
    'Repeating the whole study with other parts from the same line, such intervals would contain the true figure 95 times in 100.',
  ],
  [
    'corrected-t',
    'Corrected resampled t',
    'Interval over folds whose variance is enlarged because folds share training images (Nadeau and Bengio 2003).',
  ],
  [
    'bootstrap',
    'Bootstrap',
    'Interval from redrawing whole parts at random many times (bias-corrected and accelerated).',
  ],
  [
    'optimism',
    'Optimism',
    'How much a figure flatters when the threshold was chosen on the images it is measured on.',
  ],
]

export function glossary(): Markup {
  return html`<dl class="glossary">${words.map(([id, word, meaning]) => html`<div id="word-${id}"><dt>${word}</dt><dd>${meaning}</dd></div>`)}</dl>`
}

/** Ids that `term` may link to. */
export const glossaryIds: readonly string[] = words.map(([id]) => id)
