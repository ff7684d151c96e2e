/** The promise of the model's card beside what people found on the line. */
import { z } from 'zod'
import { intervalSchema } from '../evaluation.ts'
import { evaluatedSchema } from '../model.ts'
import { timeSchema } from './basics.ts'
import { verdictSchema } from './verdict.ts'

/** Parts of one verdict under one sampling rule: the strata from which the figures are put together. */
export const promiseStratumSchema = z.strictObject({
  verdict: verdictSchema,
  /** Id of the sampling rule. */
  rule: z.int().positive(),
  judged: z.int().nonnegative(),
  /** Chosen by the rule, and of these decided by people as good or defective. */
  chosen: z.int().nonnegative(),
  nominal: z.int().nonnegative(),
  anomalous: z.int().nonnegative(),
  /** Chosen, looked at, and nobody could tell. */
  unsure: z.int().nonnegative(),
})

export const realFigureSchema = z.strictObject({
  /** Null where nothing can be said yet; `missing` says what would help. */
  estimate: z.number().nullable(),
  /** 95 %. */
  interval: intervalSchema,
  missing: z.string().nullable(),
})

/** Why nothing can be said of some figures yet. */
export const unseenSchema = z.strictObject({
  verdict: verdictSchema,
  /** Parts under sampling rules of which nobody has decided about any part, and how many of these the rules have chosen. */
  judged: z.int().positive(),
  chosen: z.int().nonnegative(),
})

export const promiseSchema = z.strictObject({
  from: timeSchema.nullable(),
  to: timeSchema.nullable(),
  /** Fingerprint of the model. */
  model: z.string(),
  /** With a verdict, in the span. */
  judged: z.int().nonnegative(),
  reviewed: z.int().nonnegative(),
  strata: z.array(promiseStratumSchema),
  /** What `missing` is made of, for those of another language. */
  unseen: z.array(unseenSchema),
  /** Good parts that are rejected, of the good ones; defective parts that pass, of the defective ones. */
  overkillRate: realFigureSchema,
  escapeRate: realFigureSchema,
  /** Of 1,000 parts on this line. */
  per1000: z.strictObject({
    escapes: realFigureSchema,
    rejected: realFigureSchema,
    anomalous: realFigureSchema,
  }),
  /** What the card promises; null for a model that nobody has evaluated. */
  promised: evaluatedSchema.pick({ figures: true, per1000: true, level: true, holdsFor: true }).nullable(),
  /** How the figures were put together, and what that assumes: a sentence each. */
  method: z.array(z.string()),
})

export type PromiseStratum = z.infer<typeof promiseStratumSchema>
export type Unseen = z.infer<typeof unseenSchema>
export type RealFigure = z.infer<typeof realFigureSchema>
export type LinePromise = z.infer<typeof promiseSchema>
