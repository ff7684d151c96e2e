/** Faults of exposure that need no comparison: nothing but black, nothing but white, hardly any grey levels. */

import { median } from '../../math/order-statistics.ts'
import type { Picture } from '../../parts/scan/picture.ts'
import type { Finding } from '../../wire/evaluation.ts'
import { counted, percent, some } from './answer.ts'

const id = 'quality.exposure'

/** Of a picture that is lost: so much of it is black, or white. */
const lostShare = 0.98
/** A set in which so many pictures are lost was not exposed. */
const mostLost = 0.5
/** A picture of fewer grey levels has been reduced on its way: 8 are left of 12 bits that were read as 16. Forged and photographed
 * parts have 60 and more, drawings two or three; those are no pictures, but no detector will tell grain in them either. */
const leastLevels = 20

/** @returns What is wrong with the set as a whole, worst first; none for a set that shows something. */
export function absoluteExposure(pictures: readonly Picture[]): Finding[] {
  const lost = (['black', 'white'] as const).flatMap((end): Finding[] => {
    const those = pictures.filter(({ light }) => light[end] >= lostShare)
    if (those.length === 0 || those.length < mostLost * pictures.length) return []
    return [
      {
        id,
        severity: 'error',
        title: `${those.length} of ${counted(pictures.length, 'image')} are ${end === 'black' ? 'black' : 'burnt out to white'} over ${percent(lostShare)} of their area or more: they show nothing.`,
        evidence: {
          count: those.length,
          of: pictures.length,
          end,
          examples: some(those.map(({ sample }) => sample.id)),
        },
        remedy:
          end === 'black'
            ? 'Expose more: was the lamp on, the lens cap off? If the pictures look right in a viewer, their values fill only the dark end of their range: state it with --range LOW..HIGH.'
            : 'Expose less: no detector finds a defect where the camera recorded only white. If the pictures look right in a viewer, state their range with --range LOW..HIGH.',
      },
    ]
  })
  if (lost.length > 0) return lost
  const levels = median(pictures.map(({ light }) => light.levels))
  return levels >= leastLevels
    ? []
    : [
        {
          id,
          severity: 'warning',
          title: `Few grey levels: half of the images have ${levels} of 256 or fewer.`,
          evidence: { levels, limit: leastLevels, images: pictures.length },
          remedy:
            'Look at how the camera stores its values: exposure, gain and bit depth. Faint defects lie between levels that are no longer there. For files of more than 8 bits state what they hold with --range LOW..HIGH.',
        },
      ]
}

/** Where files of more than 8 bits use only part of their container: said, since every figure rests on it. */
export function rangeNote(pictures: readonly Picture[]): Finding[] {
  const ranges = pictures.flatMap(({ sample }) => sample.reading?.range ?? [])
  const [range] = ranges
  if (range === undefined) return []
  const { low, high } = range
  return [
    {
      id,
      severity: 'info',
      title: `In ${ranges.length} of ${counted(pictures.length, 'image')} of more than 8 bits, ${low} is taken for black and ${high} for white.`,
      evidence: { low, high, images: ranges.length, of: pictures.length },
      remedy:
        'Nothing, if that is what the camera writes. The range is kept with the model and applied to every new image; state another one with --range LOW..HIGH.',
    },
  ]
}
