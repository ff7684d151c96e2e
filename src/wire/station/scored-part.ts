/** The little that a histogram or a what-if needs of an inspection. */
import { z } from 'zod'
import { inspectionIdSchema, scoreSchema } from './basics.ts'
import { correctionLabelSchema } from './correction.ts'
import { selectionSchema } from './review.ts'
import { outcomeSchema } from './verdict.ts'

export const scoredPartSchema = z.strictObject({
  id: inspectionIdSchema,
  score: scoreSchema,
  outcome: outcomeSchema,
  /** Label of the correction that stands; null where nobody said anything. */
  label: correctionLabelSchema.nullable(),
  /** How it came to be reviewed; null where it was not. */
  selection: selectionSchema.nullable(),
})

export type ScoredPart = z.infer<typeof scoredPartSchema>
