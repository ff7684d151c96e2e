/** What people said of an inspection, and how it came to them, as a row has it. */
import { type CorrectionLabel, correctionLabelSchema } from '../../wire/station/correction.ts'
import { type Selection, selectionSchema } from '../../wire/station/review.ts'

export interface Decided {
  /** Label of the correction that stands; null where nobody said anything. */
  readonly label: CorrectionLabel | null
  /** Null where it was not reviewed. */
  readonly selection: Selection | null
}

export const decidedOf = (row: {
  readonly label: string | null
  readonly review_selection: string | null
}): Decided => ({
  label: correctionLabelSchema.nullable().parse(row.label),
  selection: selectionSchema.nullable().parse(row.review_selection),
})
