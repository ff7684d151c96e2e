import { score } from '../../report/format.ts'
import type { Prediction, Region } from '../../wire/prediction.ts'
import { plain } from './plain.ts'

/**
 * One line to an image: verdict, score, threshold, path, heat map, regions (x,y,width,height each), and notes where any image has some; tabs
 * between, so that other programs can cut it. Then, where parts were judged, a table of them.
 */
export function predictionText({ images, parts }: Prediction): string {
  const lines = images.map((image) =>
    image.ok
      ? [
          image.verdict,
          score(image.score),
          score(image.threshold),
          image.path,
          image.map ?? '',
          boxes(image.regions),
          (image.notes ?? []).join(', '),
        ]
      : ['failed', '', '', image.path, image.error],
  )
  const ofParts = parts?.map((part) =>
    part.ok
      ? [part.verdict, score(part.score), score(part.threshold), part.part, `${part.images}`]
      : ['failed', '', '', part.part, part.error],
  )
  const hasNotes = images.some((image) => image.ok && image.notes !== undefined)
  const table = [
    ['verdict', 'score', 'threshold', 'image', 'map', 'regions', ...(hasNotes ? ['notes'] : [])],
    ...lines,
    ...(ofParts ? [[], ['verdict', 'score', 'threshold', 'part', 'images'], ...ofParts] : []),
  ]
  return `${plain(table.map((cells) => cells.join('\t').trimEnd()).join('\n'))}\n`
}

const boxes = (regions: readonly Region[] | null): string =>
  (regions ?? []).map(({ box }) => box.join()).join(' ')
