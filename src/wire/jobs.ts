/**
 * Long work as described values: what is to be done, in names that the station knows and not in paths, so that any executor can run the
 * same description, here or elsewhere.
 */
import { z } from 'zod'

/** Of a dataset, a run or a model: becomes a folder below one that the station was given. */
export const jobNameSchema = z
  .string()
  .regex(/^[a-zA-Z0-9][\w.-]{0,80}$/, 'expected letters, digits, hyphens, dots and underscores')
  .refine((name) => !name.includes('..'), 'expected no two dots')

const looking = {
  detector: z.string().max(40).optional(),
  backbone: z.string().max(40).optional(),
  /** `256` or `320x256`. */
  size: z
    .string()
    .regex(/^\d{1,5}(x\d{1,5})?$/)
    .optional(),
  seed: z.int().optional(),
}
const threshold = {
  threshold: z.string().max(40).optional(),
  alpha: z.number().gt(0).lt(1).optional(),
  delta: z.number().gt(0).lt(1).optional(),
  prevalence: z.number().gt(0).lt(1).optional(),
  costEscape: z.number().nonnegative().optional(),
  costOverkill: z.number().nonnegative().optional(),
}
const partPattern = z.string().max(200).optional()

export const jobSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('check'), dataset: jobNameSchema, partPattern }),
  z.strictObject({
    ...{ kind: z.literal('prepare'), dataset: jobNameSchema },
    /** The dataset that is made. */
    name: jobNameSchema,
    center: z.boolean().optional(),
  }),
  z.strictObject({
    ...{ kind: z.literal('train'), dataset: jobNameSchema, partPattern },
    /** The model that is made. */
    name: jobNameSchema,
    /** Evaluation whose options it takes, and whose figures the model then carries; nothing below is asked for with it. */
    fromRun: jobNameSchema.optional(),
    ...looking,
    ...threshold,
  }),
  z.strictObject({
    ...{ kind: z.literal('evaluate'), dataset: jobNameSchema, partPattern },
    /** The run that is made. */
    name: jobNameSchema,
    folds: z.int().min(2).max(50).optional(),
    keepModels: z.boolean().optional(),
    ...looking,
    ...threshold,
  }),
  z.strictObject({
    ...{ kind: z.literal('diagnose'), run: jobNameSchema },
    images: z.int().positive().max(100_000).optional(),
  }),
])

export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const

export const jobRecordSchema = z.strictObject({
  id: z.string(),
  job: jobSchema,
  by: z.string(),
  state: z.enum(jobStates),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** How often it was begun: more than once where the station ended meanwhile. */
  starts: z.int().nonnegative(),
  progress: z
    .strictObject({
      ...{ label: z.string(), unit: z.string(), done: z.number(), total: z.number().nullable() },
      /** More of it: workers, and how fast they are. */
      detail: z.string().nullable().default(null),
    })
    .nullable(),
  /** How it is run, so that inspection keeps its pace. */
  manners: z.strictObject({ threads: z.int(), niceness: z.int() }),
  /** What came of it, in short; the whole lies in its folder. */
  result: z.record(z.string(), z.json()).nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
})

export type Job = z.infer<typeof jobSchema>
export type JobRecord = z.infer<typeof jobRecordSchema>
