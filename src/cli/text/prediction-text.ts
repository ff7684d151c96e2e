import { score } from '../../report/format.ts'
import type { Prediction } from '../../wire/prediction.ts'
import { plain } from './plain.ts'

/** One line to an image: verdict, score, threshold, path, heat map; tabs between, so that other programs can cut it. */
export function predictionText({ images }: Prediction): string {
  const lines = images.map((image) =>
    image.ok
      ? [image.verdict, score(image.score), score(image.threshold), image.path, image.map ?? '']
      : ['failed', '', '', image.path, image.error],
  )
  const table = [['verdict', 'score', 'threshold', 'image', 'map'], ...lines]
  return `${plain(table.map((cells) => cells.join('\t').trimEnd()).join('\n'))}\n`
}
