/**
 * `contamination`: are there likely defects among the nominal images that train?
 *
 * Every nominal image is scored by a detector that has not seen its part. The bulk of these scores tells what is usual (the
 * empirical null of Efron 2004, on the logarithm of the scores); what is stranger than that is picked with the rate of
 * false discoveries held (Benjamini and Hochberg 1995), and shown for review: only a person can tell a defect from a rarity.
 */
import { unitId } from '../../evaluate/units.ts'
import { normalCdf } from '../../math/distributions.ts'
import { quantile } from '../../math/order-statistics.ts'
import type { Guardrail } from '../contract.ts'
import { discoveries } from '../statistics/discoveries.ts'
import { answer, counted, skipped, some } from './answer.ts'
import type { CheckContext } from './check-context.ts'
import { contactSheet } from './sheet.ts'

const id = 'contamination'

const leastImages = 30
/** Expected share of good images among those picked. */
const falseRate = 0.1
/**
 * The spread is that of the lower half, which no defect can widen, times this: scores are skew, and rare is not defective.
 * On healthy forged sets the strangest image lies up to 5.1 spreads of the lower half above the middle, on contaminated ones at
 * 8 and more, but where the defects cannot be seen (docs/pitfalls.md).
 */
const heavyTail = 1.9

export const contamination: Guardrail<CheckContext> = {
  id,
  question: 'Are there likely defects among the images that train?',
  async run({ outlierScores, scan: { pictures }, unit }) {
    const nominal = pictures.filter(({ sample }) => sample.label === 'nominal').length
    if (outlierScores === null) return skipped('no detector looked at the images: run `plumbline check`')
    if (nominal < leastImages)
      return skipped(
        `${counted(nominal, 'nominal image')} are too few to tell what is usual; it takes ${leastImages}`,
      )
    const { pictures: indices, scores } = await outlierScores()
    if (scores.length < leastImages)
      return skipped(
        `too few nominal ${unit}s to hold any back: it takes ${leastImages} images of 2 ${unit}s or more`,
      )
    const logs = scores.map((score) => Math.log(Math.max(score, Number.MIN_VALUE)))
    const centre = quantile(logs, 0.5)
    const spread = (heavyTail * (centre - quantile(logs, 0.16))) / 0.9945
    if (!(spread > 0)) return { kind: 'passed' }
    const deviations = logs.map((value) => (value - centre) / spread)
    const picked = discoveries(
      deviations.map((z) => normalCdf(-z)),
      falseRate,
    )
    if (picked.length === 0) return { kind: 'passed' }
    const suspects = picked
      .map((i) => ({ picture: pictures[indices[i]!]!, deviation: deviations[i]! }))
      .sort((a, b) => b.deviation - a.deviation)
    const units = new Set(suspects.map(({ picture }) => unitId(picture.sample, unit)))
    const sheet = await contactSheet(
      id,
      'Images labelled nominal that look strangest to a detector which has not seen their part, strangest first.',
      [0, 8, 16]
        .map((from) => suspects.slice(from, from + 8).map(({ picture }) => picture.thumbnail))
        .filter((row) => row.length > 0),
    )
    return answer(
      [
        {
          id,
          severity: 'warning',
          title: `${suspects.length} of ${counted(scores.length, 'nominal image')} (${counted(units.size, unit)}) look so unlike the others that they may show defects.`,
          evidence: {
            images: suspects.length,
            of: scores.length,
            units: units.size,
            expectedFalseShare: falseRate,
            suspects: some(
              suspects.map(({ picture, deviation }) => ({ image: picture.sample.id, deviations: deviation })),
            ),
          },
          remedy:
            'Look at them one by one. Relabel or remove what is defective: a defect that trains is a defect that passes. Some may be good and only rare: photograph more like them.',
        },
      ],
      [sheet],
    )
  },
}
