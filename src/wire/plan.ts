/** `plan.json`, and what `plan --json` prints: what more photographs would buy, and how many prove what. */
import { z } from 'zod'
import { levelSchema } from './evaluation.ts'
import { datasetShape, environmentShape, inputShape, methodShape } from './subject.ts'

const figure = z.number().nullable()
const interval = z.tuple([z.number(), z.number()])

/** A figure at a number of examples. */
const estimateSchema = z.strictObject({
  value: z.number(),
  /** 95 %; beyond the measured sizes with what carrying the curve there adds. */
  ci: interval,
  /** Width of the 95 % interval that an evaluation of that size would report. */
  width: z.number(),
})

/** A number of examples, measured or carried to. */
const pointSchema = z.strictObject({
  /** Units: good ones that train, or defective ones in the halves for threshold and judgement together. */
  units: z.int(),
  /** More than now; negative below. */
  more: z.int(),
  isMeasured: z.boolean(),
  /** Detectors that were fitted for it; 0 where nothing was measured. */
  supports: z.int(),
  auroc: estimateSchema,
  escapeRate: estimateSchema,
  overkillRate: estimateSchema,
})

/** The law of an error: floor + factor * units^-exponent; the error of the AUROC is 1 - AUROC. */
const lawSchema = z.strictObject({ floor: z.number(), factor: z.number(), exponent: z.number() })

const checkSchema = z.strictObject({
  law: lawSchema,
  /** The curve cut off at `from` units and carried to `to`, where it had been measured: the figure told, and the one found. */
  heldBack: z.array(z.strictObject({ from: z.int(), to: z.int(), told: z.number(), measured: z.number() })),
  /** Root mean square of what was missed there, in logits of the figure, per doubling. */
  missPerDoubling: z.number(),
})

const curveSchema = z.strictObject({
  /** Units now. */
  now: z.int(),
  /** Ascending. */
  points: z.array(pointSchema),
})

const proofSchema = z.strictObject({
  /** The rate is to be shown to lie below. */
  bound: z.number(),
  confidence: z.number(),
  /** How many parts must be judged for it if so many of them are judged wrongly; null where ten million do not suffice. */
  parts: z.array(z.strictObject({ wrong: z.int(), parts: z.int().nullable() })),
  /** The rate that was measured here. */
  rate: figure,
  /** With that rate: parts with which the proof succeeds in eight cases of ten; null where the rate is not below the bound. */
  expected: z.strictObject({ wrong: z.int(), parts: z.int().nullable() }).nullable(),
})

export const planSchema = z.strictObject({
  plumbline: z.string(),
  createdAt: z.string(),
  command: z.string(),
  seed: z.number(),
  dataset: z.strictObject(datasetShape),
  ...methodShape,
  input: z.strictObject(inputShape),
  protocol: z.strictObject({
    folds: z.int(),
    /** Orders in which good units join the support, in each fold. */
    draws: z.int(),
    unit: z.enum(['image', 'part']),
    /** What figures and proofs speak of. */
    level: levelSchema,
    threshold: z.looseObject({ policy: z.string() }),
    merged: z.boolean(),
    minTrain: z.number(),
  }),
  /** In sentences: what more good ones, more defective ones would buy, and what proves what. */
  answer: z.array(z.string()),
  nominal: z.strictObject({
    ...curveSchema.shape,
    /** Images to a unit, on average. */
    imagesPerUnit: z.number(),
    checks: z.strictObject({ auroc: checkSchema, escapeRate: checkSchema, overkillRate: checkSchema }),
    advice: z.strictObject({
      /** `enough`: more change little. `more`: so many more gain what can be gained. `open`: still rising as far as can be seen. */
      kind: z.enum(['enough', 'more', 'open']),
      /** Units to add; 0 where there are enough. */
      more: z.int(),
      /** Whether what lies beyond is known so badly that it had better be measured again on the way. */
      isUncertain: z.boolean(),
    }),
  }),
  defective: curveSchema,
  proofs: z.strictObject({ escape: proofSchema, overkill: proofSchema }),
  seconds: z.number(),
  environment: z.strictObject(environmentShape),
})

export type Plan = z.infer<typeof planSchema>
export type PlanPoint = z.infer<typeof pointSchema>
export type PlanEstimate = z.infer<typeof estimateSchema>
export type PlanProof = z.infer<typeof proofSchema>
