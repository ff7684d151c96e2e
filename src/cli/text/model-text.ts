import { score } from '../../report/format.ts'
import type { ModelCard } from '../../wire/model.ts'
import { plain } from './evaluation-text.ts'

export function modelText(
  { detector, backbone, input, threshold, trained }: ModelCard,
  folder: string,
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
  return `${plain(rows.map(([name, value]) => `${name!.padEnd(11)} ${value}`).join('\n'))}\n`
}
