/** `defect.size`: is a defect still visible after resizing, and at the stride of the features? */
import { rateInterval } from '../../evaluate/clustered-intervals.ts'
import { unitId } from '../../evaluate/units.ts'
import { groupBy } from '../../math/group-by.ts'
import { quantile } from '../../math/order-statistics.ts'
import type { Guardrail } from '../contract.ts'
import { answer, counted, percent, skipped, some } from './answer.ts'
import type { CheckContext } from './check-context.ts'

const id = 'defect.size'

/** Feature cell where no backbone says: what the built-in ones have. */
const usualCell = 8
/** Share of the images with a defect smaller than a feature cell from which that is a warning; figures stay honest all the same. */
const mostSmall = 0.1

export const defectSize: Guardrail<CheckContext> = {
  id,
  question: 'Is a defect still large enough to be seen at the model’s input?',
  async run({ scan: { pictures }, input, unit }) {
    const anomalous = pictures.filter(({ sample }) => sample.label === 'anomalous')
    const masked = anomalous.filter(({ defect }) => defect !== null)
    if (masked.length === 0) {
      return skipped(
        anomalous.length === 0
          ? 'there are no anomalous images'
          : 'there are no masks: draw some defects (a folder "ground_truth", or a column "mask"), and their size at the model’s input can be told',
      )
    }
    const cell = input.cell ?? usualCell
    const largest = masked.map(({ defect }) => defect?.regions[0] ?? 0)
    const isSmall = (area: number): boolean => area < cell * cell
    const small = masked.filter((_, i) => isSmall(largest[i]!))
    const gone = masked.filter((_, i) => largest[i] === 0)
    const clusters = [
      ...groupBy(
        masked.map((picture, i) => ({ picture, area: largest[i]! })),
        ({ picture }) => unitId(picture.sample, unit),
      ).values(),
    ].map((members) => ({
      hits: members.filter(({ area }) => isSmall(area)).length,
      count: members.length,
    }))
    const share = small.length / masked.length
    const ci = rateInterval(small.length, masked.length, clusters)
    const side = (area: number): number => Math.sqrt(area)
    const size = `${input.size.width} x ${input.size.height}`
    const factor = Math.ceil(10 * (cell / Math.max(1, side(quantile(largest, 0.1))))) / 10
    if (share <= mostSmall && gone.length === 0) return { kind: 'passed' }
    return answer([
      {
        id,
        severity: share > mostSmall ? 'warning' : 'info',
        title:
          `At ${size} the defect is smaller than one feature cell (${cell} x ${cell} pixels) in ${small.length} of ${counted(masked.length, 'image')} ` +
          `with a mask (${percent(share)}, 95 % interval ${percent(ci[0] ?? 0)} to ${percent(ci[1] ?? 1)})${gone.length > 0 ? `; in ${gone.length} nothing of it is left` : ''}.`,
        evidence: {
          small: small.length,
          gone: gone.length,
          of: masked.length,
          share,
          ci,
          cell,
          sidesInPixels: Object.fromEntries(
            [0.05, 0.25, 0.5, 0.75, 0.95].map((p) => [`p${100 * p}`, side(quantile(largest, p))]),
          ),
          sidesInCells: Object.fromEntries(
            [0.05, 0.25, 0.5, 0.75, 0.95].map((p) => [`p${100 * p}`, side(quantile(largest, p)) / cell]),
          ),
          examples: some(small.map(({ sample }) => sample.id)),
        },
        remedy:
          factor > 1
            ? `Evaluate at about ${factor} times the --size, photograph closer, or cut the images into tiles; what is smaller than a cell shares its feature with what is around it.`
            : 'Look at these images: their defects may be beyond what the camera shows.',
      },
    ])
  },
}
