/** A model's card in words: the same in the terminal and on its page. */
import type { EvaluatedModel, ModelCard } from '../wire/model.ts'
import { absent, fixed, grouped, interval, percent, percentInterval, score, viewWords } from './format.ts'

export type Words = readonly (readonly [term: string, words: string])[]

export const notEvaluated =
  'This model has not been evaluated: nobody knows how many defects it lets pass. `plumbline evaluate DATASET --out RUN`, then `plumbline train --from-run RUN --out DIR`.'

/** What it is. */
export function modelWords(card: ModelCard): Words {
  const { detector, backbone, weights, input, trained, regions, threshold } = card
  const licence = weights === null ? '' : `, ${weights.licence ?? 'licence not known'}`
  return [
    ['Detector', `${detector.id}, version ${detector.version}, on ${backbone.id}`],
    ['Weights', `${backbone.weights}${licence}`],
    ['Input', `${input.width} x ${input.height}, ${input.fit}${viewWords(input)}`],
    [
      'Trained on',
      `${grouped(trained.images)} nominal images, seed ${trained.seed}, data ${trained.fingerprint}`,
    ],
    ...(card.preparation === null
      ? []
      : [['Prepared by', preparationWords(card.preparation, card)] as const]),
    ['Threshold', thresholdWords(threshold)],
    ...(threshold === null ? [] : [['Chosen from', chosenWords(threshold)] as const]),
    [
      'Regions',
      regions === null
        ? 'no level: no image could be held back'
        : `from ${score(regions.level)} of the map, the 0.999 quantile of the maxima of ${grouped(regions.images)} nominal images not learnt`,
    ],
    ['Made', `${card.createdAt} by Plumbline ${card.plumbline}`],
  ]
}

function preparationWords(
  { segmenter, blank, center, rotateUpright, canvas, tile }: NonNullable<ModelCard['preparation']>,
  { extras }: Pick<ModelCard, 'extras'>,
): string {
  const steps = [
    blank !== null && 'background painted',
    rotateUpright && 'turned upright',
    center && canvas !== null && `centred on ${canvas.width} x ${canvas.height}`,
    tile !== null && `cut into tiles of ${tile.width} x ${tile.height}`,
  ].filter((step) => step !== false)
  const canItself = segmenter === 'none' || (segmenter === 'embedded' && Object.hasOwn(extras, 'scenes.json'))
  return `segmenter ${segmenter}; ${steps.join(', ') || 'as they were'}; ${canItself ? 'photographs are prepared by the model' : 'photographs must be prepared before they are judged'}`
}

function thresholdWords(threshold: ModelCard['threshold']): string {
  if (threshold === null)
    return 'none: train with --threshold conformal, or name one with `predict --threshold`'
  const band = threshold.review === null ? '' : `, review from ${score(threshold.review)}`
  return `${score(threshold.value)}${band} (${threshold.policy}: ${threshold.guarantee})`
}

function chosenWords({
  nominal,
  anomalous,
  level,
  partScore,
  source,
}: NonNullable<ModelCard['threshold']>): string {
  const rule = level === 'part' ? `; the score of a part is ${partScore} of those of its images` : ''
  return `${grouped(nominal)} nominal and ${grouped(anomalous)} anomalous ${level}s: ${source}${rule}`
}

/** What models like it did in the folds of its run. */
export function evaluatedWords({ run, createdAt, folds, level, figures }: EvaluatedModel): Words {
  const share = ({ mean, ci }: EvaluatedModel['figures']['auroc']): string =>
    `${percent(mean)} (95 % interval ${percentInterval(ci)})`
  const { auroc, escapeRate, overkillRate, reviewRate } = figures
  const ci = interval(auroc.ci)
  return [
    ['Run', `${run}, ${createdAt}: ${folds} folds, verdicts on ${level}s`],
    ['AUROC', `${fixed(auroc.mean)}${ci === absent ? '' : ` (95 % interval ${ci})`}`],
    ['Escape rate', share(escapeRate)],
    ['Overkill rate', share(overkillRate)],
    ...(reviewRate === null ? [] : [['Review rate', share(reviewRate)] as const]),
  ]
}

export const foldsWords =
  'Figures of the folds: of models like this one, each judged on images it had not learnt. This model itself was judged by nobody.'
