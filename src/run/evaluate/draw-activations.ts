/** Activation maps as pictures for the report, all in one colour scale. */
import type { Vision } from '../../backbone/vision.ts'
import { colourise, heatColourStops } from '../../image/colour-map.ts'
import { encodePng, encodeWebp } from '../../image/encode-image.ts'
import type { ScoreMap } from '../../image/image.ts'
import { shrinkImage, thumbnailSize } from '../../report/thumbnail.ts'
import type { Task } from '../../task.ts'
import type { Activations } from '../../wire/report-data.ts'
import type { ActivationMaps } from '../open/activation-maps.ts'

/** Longer side of a photograph in pixels. */
const side = 160
const quality = 75

/** @returns Photographs as the backbone saw them, padding included, so that they lie over their maps. */
export async function drawActivations(
  { stage, channels, images, maximum, set, examples }: ActivationMaps,
  vision: Vision,
  task: Task,
): Promise<Activations> {
  const low = examples.flatMap(({ map }) => answers(map)).reduce((a, b) => Math.min(a, b), maximum)
  const draw = async (map: ScoreMap) =>
    dataUrl('png', await encodePng(colourise(map, { low, high: maximum })))
  const drawn: Activations['examples'] = []
  let i = 0
  for await (const picture of vision.images(
    examples.map(({ sample }) => sample),
    task,
  )) {
    const { sample, map } = examples[i++]!
    if (!picture.ok) continue // it changed on disk since
    const photo = shrinkImage(picture.value, thumbnailSize(picture.value, side))
    const largest = answers(map).reduce((a, b) => Math.max(a, b))
    drawn.push({
      image: sample.id,
      maximum: largest,
      photo: dataUrl('webp', await encodeWebp(photo, quality)),
      map: await draw(map),
    })
  }
  const { width, height } = vision.size
  return {
    stage,
    channels,
    images,
    low,
    maximum,
    width,
    height,
    colours: heatColourStops(33),
    set: await draw(set),
    examples: drawn,
  }
}

/** Of the cells in the picture. */
const answers = ({ data }: ScoreMap): number[] => Array.from(data).filter((value) => !Number.isNaN(value))

const dataUrl = (kind: 'png' | 'webp', bytes: Uint8Array): string =>
  `data:image/${kind};base64,${Buffer.from(bytes).toString('base64')}`
