/**
 * The run folder's `evaluation.json`: the schema that `evaluate` writes and `report`, `compare` and the page read.
 *
 * Names are fixed by `docs/cli.md`. A figure that is undefined (no masks, one fold, 0/0) is `null`, never NaN.
 */
import { z } from 'zod'
import { datasetShape, environmentShape, inputShape, methodShape } from './subject.ts'
import { understoodSchema } from './understood.ts'

const figure = z.number().nullable()
export const intervalSchema = z.tuple([figure, figure])
/** What gets one verdict. */
export const levelSchema = z.enum(['image', 'part'])

/** One figure over the folds. */
export const estimateSchema = z.strictObject({
  mean: figure,
  sd: figure,
  /** 95 %, corrected resampled t (Nadeau and Bengio 2003), clipped to the figure's range. */
  ci: intervalSchema,
  /** 95 %, bootstrap BCa that resamples whole units; null where not applicable. */
  bootstrapCi: intervalSchema.nullable(),
  perFold: z.array(figure),
  /** Per fold 95 % interval (DeLong for AUROC, Clopper-Pearson for rates); absent for other figures. */
  perFoldCi: z.array(intervalSchema).optional(),
  /**
   * Where a few units train that were drawn several times: the standard deviation from one support to another, and the 95 % interval
   * for a single one. Absent elsewhere; null where it cannot be told.
   */
  support: z.strictObject({ sd: figure, ci: intervalSchema }).optional(),
})

/** Figures of one level (image or part). */
export const levelMetricsSchema = z.strictObject({
  auroc: estimateSchema,
  averagePrecision: estimateSchema,
  /** Partial AUC at FPR <= `protocol.partialFpr`, standardised to 0.5..1 (McClish 1989). */
  partialAuroc: estimateSchema,
  sensitivity: estimateSchema,
  specificity: estimateSchema,
  balancedAccuracy: estimateSchema,
  f1: estimateSchema,
  mcc: estimateSchema,
  /** At the stated prevalence. */
  precision: estimateSchema,
  /** At the stated prevalence. */
  npv: estimateSchema,
  escapeRate: estimateSchema,
  overkillRate: estimateSchema,
  /** Expected cost per 1,000 parts at the stated prevalence and costs. */
  costPer1000: estimateSchema,
  /** Share of units between the two thresholds of a review band; null without one. */
  reviewRate: estimateSchema.nullable(),
})

export const pixelMetricsSchema = z.strictObject({
  auroc: estimateSchema,
  averagePrecision: estimateSchema,
  aupro: estimateSchema,
  aupro05: estimateSchema,
  aupimo: estimateSchema,
})

export const findingSchema = z.strictObject({
  id: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  title: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  remedy: z.string(),
})

export const countsSchema = z.strictObject({
  tp: z.number(),
  fp: z.number(),
  tn: z.number(),
  fn: z.number(),
})

/** The naive figures (threshold chosen and figure taken on the same set) beside the honest ones, and the gap. */
export const naiveLevelSchema = z.strictObject({
  auroc: figure,
  balancedAccuracy: figure,
  f1: figure,
  /** naive - honest, per figure: what the usual way flatters. */
  optimism: z.strictObject({ auroc: figure, balancedAccuracy: figure, f1: figure }),
})

export const subgroupSchema = z.strictObject({
  /** `defect`, `part` or the name of a manifest column. */
  column: z.string(),
  value: z.string(),
  /** Distinct images and units of the group that were ever in inference. */
  images: z.number(),
  units: z.number(),
  label: z.enum(['nominal', 'anomalous', 'both']),
  auroc: figure,
  /** Pooled over folds; the interval counts distinct units, not repeated draws. */
  escapeRate: figure,
  escapeCi: intervalSchema.nullable(),
  overkillRate: figure,
  overkillCi: intervalSchema.nullable(),
  worst: z.boolean(),
})

export const foldSchema = z.strictObject({
  fold: z.number(),
  threshold: figure,
  /** Lower end of the review band; null without one. */
  reviewThreshold: figure,
  /** Images per role; `threshold` and `inference` as [nominal, anomalous]. */
  counts: z.strictObject({
    train: z.number(),
    threshold: z.tuple([z.number(), z.number()]),
    inference: z.tuple([z.number(), z.number()]),
  }),
  units: z.strictObject({
    train: z.number(),
    threshold: z.tuple([z.number(), z.number()]),
    inference: z.tuple([z.number(), z.number()]),
  }),
  confusion: z.strictObject({ image: countsSchema, part: countsSchema.nullable() }),
  metrics: z.strictObject({
    image: z.record(z.string(), figure),
    part: z.record(z.string(), figure).nullable(),
    pixel: z.record(z.string(), figure).nullable(),
  }),
  seconds: z.strictObject({ fit: z.number(), score: z.number() }),
})

/** A run beside those with other numbers of shots. */
export const shotsRowSchema = z.strictObject({
  shots: z.number(),
  /** Supports that were drawn. */
  supports: z.number(),
  /** Its folder, from this one. */
  run: z.string(),
  image: z.strictObject({
    auroc: estimateSchema,
    balancedAccuracy: estimateSchema,
    escapeRate: estimateSchema,
    overkillRate: estimateSchema,
  }),
})

/** A figure of a group left out and of the same group under a random split; a loss above 0 is what leaving it out made worse. */
export const lossSchema = z.strictObject({ leftOut: figure, known: figure, loss: figure, ci: intervalSchema })

const groupImages = { group: z.string(), images: z.tuple([z.number(), z.number()]) }

export const leaveOutSchema = z.strictObject({
  by: z.string(),
  /** Folder of the run under a random split, from this one. */
  run: z.string(),
  /** Images as [nominal, anomalous]. */
  groups: z.array(z.strictObject({ ...groupImages, auroc: lossSchema, escapeRate: lossSchema })),
  /** Over the groups, each counted alike. */
  mean: z.strictObject({ auroc: lossSchema, escapeRate: lossSchema }),
  /** Groups too small to be judged alone. */
  tooSmall: z.array(z.strictObject(groupImages)),
})

export const evaluationSchema = z.strictObject({
  plumbline: z.string(),
  createdAt: z.string(),
  seed: z.number(),
  dataset: z.strictObject({
    ...datasetShape,
    /** What the folder was taken for; absent in runs of version 0.1. */
    understood: understoodSchema.optional(),
  }),
  ...methodShape,
  input: z.strictObject(inputShape),
  protocol: z.strictObject({
    folds: z.number(),
    unit: z.enum(['image', 'part']),
    scheme: z.enum(['random', 'rotate', 'leave-out']),
    /** What was left out, with that scheme; null or absent with the others. */
    by: z.string().nullable().optional(),
    /** Absent in runs of version 0.1, which ignored published splits but for the merge. */
    split: z.enum(['ignored', 'published']).optional(),
    minTrain: z.number(),
    /** Nominal units that train, the largest number in this run; null or absent where all may. */
    shots: z.array(z.number()).readonly().nullable().optional(),
    /** Supports drawn for each fold, where there are shots. */
    draws: z.number().optional(),
    /** `support`: the threshold was chosen on what trains, each unit left out in turn. Absent in runs of version 0.1. */
    thresholdFrom: z.enum(['set', 'support']).optional(),
    threshold: z.looseObject({ policy: z.string() }),
    merge: z.strictObject({
      mode: z.enum(['auto', 'always', 'never']),
      merged: z.boolean(),
      pValue: figure,
      effect: figure,
      reason: z.string(),
    }),
    partScore: z.string(),
    prevalence: z.number(),
    /** False where nobody stated it and the default stands in. */
    prevalenceStated: z.boolean(),
    costEscape: z.number(),
    costOverkill: z.number(),
    partialFpr: z.number(),
    /** Units that were never in inference over all folds. */
    satOut: z.strictObject({ nominal: z.number(), anomalous: z.number() }),
  }),
  metrics: z.strictObject({
    image: levelMetricsSchema,
    part: levelMetricsSchema.nullable(),
    pixel: pixelMetricsSchema.nullable(),
  }),
  naive: z.strictObject({ image: naiveLevelSchema, part: naiveLevelSchema.nullable() }),
  subgroups: z.array(subgroupSchema),
  /** One for each number of shots, fewest first, this run the last; absent where there is but one. */
  shots: z.array(shotsRowSchema).optional(),
  /** What groups lose that are left out; absent where none is. */
  leaveOut: leaveOutSchema.optional(),
  folds: z.array(foldSchema),
  findings: z.array(findingSchema),
  seconds: z.number(),
  environment: z.strictObject({
    ...environmentShape,
    /** Kinds of machines whose workers did the steps, with how many each; absent where all was done by one process. */
    workers: z
      .array(
        z.strictObject({
          processor: z.string(),
          node: z.string(),
          onnxruntime: z.string(),
          steps: z.number(),
        }),
      )
      .optional(),
  }),
})

export type Interval = z.infer<typeof intervalSchema>
export type Estimate = z.infer<typeof estimateSchema>
export type LevelMetrics = z.infer<typeof levelMetricsSchema>
export type PixelMetrics = z.infer<typeof pixelMetricsSchema>
export type Finding = z.infer<typeof findingSchema>
export type Counts = z.infer<typeof countsSchema>
export type NaiveLevel = z.infer<typeof naiveLevelSchema>
export type Subgroup = z.infer<typeof subgroupSchema>
export type Fold = z.infer<typeof foldSchema>
export type Loss = z.infer<typeof lossSchema>
export type LeaveOut = z.infer<typeof leaveOutSchema>
export type ShotsRow = z.infer<typeof shotsRowSchema>
export type Evaluation = z.infer<typeof evaluationSchema>

/** One line of `scores.csv`: an image in a role of a fold. */
export interface ScoreRow {
  readonly image: string
  readonly part: string
  readonly label: 'nominal' | 'anomalous'
  readonly defect: string
  readonly fold: number
  readonly role: 'threshold' | 'inference'
  readonly score: number
  readonly decision: 'nominal' | 'anomalous' | 'review'
}
