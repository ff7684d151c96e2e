/** The model that judges beside the one in shadow, on the parts that both have judged: parts that came after either was trained. */
import { z } from 'zod'
import { inspectionIdSchema, nameSchema, scoreSchema } from './basics.ts'
import { correctionLabelSchema } from './correction.ts'
import { selectionSchema } from './review.ts'
import { verdictSchema } from './verdict.ts'

const judgementSchema = z.strictObject({
  /** Of the inspection that recorded it. */
  id: inspectionIdSchema,
  verdict: verdictSchema,
  score: scoreSchema,
})

/** One part, judged by both. */
export const shadowPairSchema = z.strictObject({
  part: nameSchema.nullable(),
  /** The one that was answered, and the one in shadow. */
  active: judgementSchema,
  shadow: judgementSchema,
  /** Label of the correction that stands; null where nobody said anything. */
  label: correctionLabelSchema.nullable(),
  /** How the part came to be reviewed; null where it was not. */
  selection: selectionSchema.nullable(),
})

const count = z.int().nonnegative()

/** Of parts that people called good or defective. A part that a model sends to people is no mistake of that model. */
export const shadowTallySchema = z.strictObject({
  nominal: count,
  anomalous: count,
  /** Defective ones that the model lets pass, good ones that it rejects. */
  activeEscapes: count,
  shadowEscapes: count,
  activeOverkill: count,
  shadowOverkill: count,
  /** Parts on which the one is right and the other wrong. */
  onlyActive: count,
  onlyShadow: count,
})

export const shadowComparisonSchema = z.strictObject({
  active: nameSchema,
  shadow: nameSchema,
  /** Parts with a verdict of both, and of these with the same verdict. */
  judged: count,
  agree: count,
  /** Of the random sample, and of the parts that the verdict of the active model brought to people. */
  random: shadowTallySchema,
  byScore: shadowTallySchema,
  /** Exact test of McNemar on the random sample, two-sided; null while nothing of it is decided. */
  pValue: z.number().nullable(),
  /** The difference is more than chance does, at 5 %; false while nothing is decided. */
  isDistinguishable: z.boolean(),
  /** Where the verdicts differ, the newest first, at most 200. */
  apart: z.array(shadowPairSchema),
})

export type ShadowPair = z.infer<typeof shadowPairSchema>
export type ShadowTally = z.infer<typeof shadowTallySchema>
export type ShadowComparison = z.infer<typeof shadowComparisonSchema>
