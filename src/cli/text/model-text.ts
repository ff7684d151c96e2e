import { score } from '../../report/format.ts'
import type { ModelCard } from '../../wire/model.ts'
import { plain } from './plain.ts'
import { understoodText } from './understood-text.ts'

export function modelText(
  { detector, backbone, input, threshold, trained, dataset }: ModelCard,
  folder: string,
  columns: number,
): string {
  const band = threshold?.review == null ? '' : `, review from ${score(threshold.review)}`
  const rows = [
    ['detector', `${detector.id} on ${backbone.id}`],
    ['input', `${input.width} x ${input.height}, ${input.fit}`],
    ['trained on', `${trained.images} nominal images, seed ${trained.seed}`],
    [
      'threshold',
      threshold
        ? `${score(threshold.value)}${band} (${threshold.policy}: ${threshold.guarantee})`
        : 'none: train with --threshold conformal, or name one with `predict --threshold`',
    ],
    ['model', folder],
  ]
  const understood = dataset ? `${understoodText(dataset, columns)}\n\n` : ''
  return `${understood}${plain(rows.map(([name, value]) => `${name!.padEnd(11)} ${value}`).join('\n'))}\n`
}
