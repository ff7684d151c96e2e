/** `silhouette.variance`: does the object move, turn or scale so much that the average image is a ghost? */

import { unpackMask } from '../../image/packed-mask.ts'
import { side } from '../../parts/likeness/local-contrast.ts'
import type { Guardrail } from '../contract.ts'
import { answer, percent, skipped } from './answer.ts'
import type { CheckContext } from './check-context.ts'
import { greyPicture } from './sheet.ts'

const id = 'silhouette.variance'

/** Share of the images whose object must be told from its background. */
const leastKnown = 0.7
const leastImages = 10
/** A pixel belongs to the support where at least one image in twenty shows the object. */
const leastOccupied = 0.05
/**
 * Mean of 4p(1 - p) over the support: 0 where the object always lies in the same place, 1 where a pixel shows it half of the
 * time. Calibrated on the forge, between poses that are fixed and poses that are free (docs/guardrails.md).
 */
const mostVariance = 0.35

export const silhouetteVariance: Guardrail<CheckContext> = {
  id,
  question: 'Does the object lie still, or is the average image a ghost?',
  async run({ scan }) {
    const nominal = scan.pictures.filter(({ sample }) => sample.label === 'nominal')
    const known = nominal.flatMap(({ silhouette, thumbnail }) =>
      silhouette === null ? [] : [{ silhouette, thumbnail }],
    )
    if (nominal.length < leastImages)
      return skipped(`${nominal.length} nominal images are too few to average; it takes ${leastImages}`)
    if (known.length < leastKnown * nominal.length) {
      return skipped(
        'the object cannot be told from its background (a surface that fills the picture, or an uneven background): give masks of the object, such as `plumbline prepare` makes, in a column "foreground"',
      )
    }
    const occupancy = new Float64Array(side * side)
    const average = new Float64Array(side * side)
    for (const { silhouette, thumbnail } of known) {
      const inside = unpackMask(silhouette).data
      for (let i = 0; i < occupancy.length; i++) {
        occupancy[i]! += inside[i]! / known.length
        average[i]! += thumbnail[i]! / known.length
      }
    }
    const support = [...occupancy].filter((p) => p >= leastOccupied)
    const variance = support.reduce((sum, p) => sum + 4 * p * (1 - p), 0) / support.length
    const pictures = await Promise.all([
      greyPicture(id, 'The average of all nominal images.', toImage(average, 1)),
      greyPicture(id, 'Where the object lies: white always, grey sometimes.', toImage(occupancy, 255)),
    ])
    if (variance <= mostVariance) return { kind: 'passed', pictures }
    return answer(
      [
        {
          id,
          severity: 'warning',
          title: `The object moves, turns or changes size from image to image: the average image is a ghost (variance ${variance.toFixed(2)} of at most 1, expected at most ${mostVariance}).`,
          evidence: {
            variance,
            limit: mostVariance,
            images: known.length,
            ofNominal: nominal.length,
            supportShare: support.length / (side * side),
          },
          remedy: `Bring the object to the same place and angle: mechanically, or with \`plumbline prepare\`, which finds, centres and turns it. In ${percent(support.filter((p) => p < 0.95).length / support.length)} of where it ever lies, some images show background instead.`,
        },
      ],
      pictures,
    )
  },
}

/** Three times as large, to be looked at. */
const zoom = 3

function toImage(values: Float64Array, scale: number) {
  const width = zoom * side
  const data = new Uint8Array(width * width)
  for (let y = 0, to = 0; y < width; y++) {
    for (let x = 0; x < width; x++, to++) {
      const value = values[Math.floor(y / zoom) * side + Math.floor(x / zoom)]!
      data[to] = Math.round(Math.min(255, scale * value))
    }
  }
  return { width, height: width, data }
}
