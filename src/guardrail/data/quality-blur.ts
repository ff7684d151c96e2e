/** `quality.blur`: are images out of focus, or drowned in noise, against the others of the set? */

import { quantile, robustDeviation } from '../../math/order-statistics.ts'
import type { Guardrail } from '../contract.ts'
import { answer, counted, percent, skipped } from './answer.ts'
import type { CheckContext } from './check-context.ts'
import { share } from './quality-exposure.ts'
import { contactSheet } from './sheet.ts'

const id = 'quality.blur'

/**
 * An image stands out where its detail (log2 of the Laplacian's deviation over that of the grey levels) is this far below
 * or above the median, and as many of the set's robust deviations. On healthy forged sets detail falls by up to 0.4 octaves
 * (focus varies a little) and rises by up to 0.27 (docs/pitfalls.md).
 */
const outlierOctaves = { blur: 0.5, noise: 0.35 } as const
const outlierDeviations = 4.5
const leastShare = 0.02
const leastImages = 10

export const qualityBlur: Guardrail<CheckContext> = {
  id,
  question: 'Are images out of focus or noisy, against the others of the set?',
  async run({ scan: { pictures } }) {
    if (pictures.length < leastImages)
      return skipped(`${counted(pictures.length, 'image')} are too few to compare; it takes ${leastImages}`)
    const detail = pictures.map(({ light }) => light.sharpness)
    const middle = quantile(detail, 0.5)
    const usual = outlierDeviations * robustDeviation(detail)
    const reach = { blur: Math.max(outlierOctaves.blur, usual), noise: Math.max(outlierOctaves.noise, usual) }
    const blurred = pictures.filter((_, i) => detail[i]! < middle - reach.blur)
    const noisy = pictures.filter((_, i) => detail[i]! > middle + reach.noise)
    const of = pictures.length
    const inOrder = [...pictures].sort((a, b) => a.light.sharpness - b.light.sharpness)
    const sheet = await contactSheet(
      id,
      'The images with the least and with the most fine detail.',
      [inOrder.slice(0, 8), inOrder.slice(-8)].map((row) => row.map(({ thumbnail }) => thumbnail)),
    )
    return answer(
      [
        blurred.length > leastShare * of
          ? {
              id,
              severity: 'warning',
              title: `${blurred.length} of ${counted(of, 'image')} (${percent(blurred.length / of)}) have far less fine detail than the others: out of focus, moved, or another magnification.`,
              evidence: { ...share(blurred, of), octavesFromMedian: reach.blur, medianDetail: middle },
              remedy:
                'Photograph them again, and fix focus and exposure time. What is blurred away the detector cannot see, and a blurred good part looks unlike a sharp one.',
            }
          : null,
        noisy.length > leastShare * of
          ? {
              id,
              severity: 'warning',
              title: `${noisy.length} of ${counted(of, 'image')} (${percent(noisy.length / of)}) have far more fine detail than the others: noise, dirt, or another magnification.`,
              evidence: { ...share(noisy, of), octavesFromMedian: reach.noise, medianDetail: middle },
              remedy:
                'Compare them with the others at full size. Noise calls for more light or less gain; if the surface itself is rougher, that is a lot of its own: name it in a column.',
            }
          : null,
      ],
      [sheet],
    )
  },
}
