/** `quality.reflection`: does light glare in the part? Burnt-out areas that are not part of a white background. */

import { quantile, robustDeviation } from '../../math/order-statistics.ts'
import type { Guardrail } from '../contract.ts'
import { answer, counted, percent, skipped } from './answer.ts'
import type { CheckContext } from './check-context.ts'
import { share } from './quality-exposure.ts'
import { contactSheet } from './sheet.ts'

const id = 'quality.reflection'

/** Share of the picture that one connected burnt-out area may fill, beyond what is usual in the set. */
const mostGlare = 0.005
const outlierDeviations = 5
const leastShare = 0.02
const leastImages = 10

export const qualityReflection: Guardrail<CheckContext> = {
  id,
  question: 'Does light glare in the part?',
  async run({ scan: { pictures } }) {
    if (pictures.length < leastImages)
      return skipped(`${counted(pictures.length, 'image')} are too few to compare; it takes ${leastImages}`)
    const glares = pictures.map(({ light }) => light.glare)
    const usual = quantile(glares, 0.5)
    const reach = Math.max(mostGlare, outlierDeviations * robustDeviation(glares))
    const glaring = pictures
      .filter((_, i) => glares[i]! > usual + reach)
      .sort((a, b) => b.light.glare - a.light.glare)
    const of = pictures.length
    if (glaring.length <= leastShare * of) return { kind: 'passed' }
    const sheet = await contactSheet(
      id,
      'The images with the largest reflections.',
      [glaring.slice(0, 8), glaring.slice(8, 16)]
        .map((row) => row.map(({ thumbnail }) => thumbnail))
        .filter((row) => row.length > 0),
    )
    return answer(
      [
        {
          id,
          severity: 'warning',
          title: `In ${glaring.length} of ${counted(of, 'image')} (${percent(glaring.length / of)}) a reflection burns out ${percent(
            quantile(
              glaring.map(({ light }) => light.glare),
              0.5,
            ),
          )} of the picture or more in one place; in the median image of the set it is ${percent(usual)}.`,
          evidence: { ...share(glaring, of), usual, limit: usual + reach },
          remedy:
            'Diffuse the light, turn the lamp, or use crossed polarisers. A reflection hides what lies under it, and one that wanders looks like a defect.',
        },
      ],
      [sheet],
    )
  },
}
