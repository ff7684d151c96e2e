/** Whether what passes the line is still what the model was commissioned on: evidence against it, statistic by statistic. */
import { z } from 'zod'
import { timeSchema } from './basics.ts'

export const driftGroups = ['score', 'light', 'focus', 'position', 'product'] as const

export const driftStatisticSchema = z.strictObject({
  /** E.g. `brightness`, `sharpness`. */
  name: z.string(),
  /** What changed where this one raises the alarm. */
  group: z.enum(driftGroups),
  /** log10 of the evidence against "nothing changed": now, and the highest so far. An alarm is raised at `alarmLevel`. */
  evidence: z.number(),
  highest: z.number(),
  alarmLevel: z.number(),
  /** Part of the reference in the middle, and of the latest parts, in the statistic's own unit; null while unknown. */
  referenceMedian: z.number().nullable(),
  recentMedian: z.number().nullable(),
})

export const driftAlarmSchema = z.strictObject({
  at: timeSchema,
  /** Parts since the reference was complete, at the alarm. */
  part: z.int().positive(),
  statistic: z.string(),
  group: z.enum(driftGroups),
  evidence: z.number(),
  /** Largest false-alarm rate over the whole life of the stream, of all statistics together. */
  alpha: z.number(),
  /** In one sentence, in English. */
  words: z.string(),
  /**
   * What the sentence is made of, for those of another language: medians of the reference and of the latest parts, and the decimals that
   * it takes to tell the two apart. Null where an earlier version kept the alarm.
   */
  figures: z
    .strictObject({ usual: z.number(), recent: z.number(), decimals: z.int().nonnegative() })
    .nullable()
    .default(null),
})

export const driftStatusSchema = z.strictObject({
  /** Commissioning: parts judged by this model on this line. Nothing is said before it is complete. */
  reference: z.strictObject({
    parts: z.int().nonnegative(),
    needed: z.int().positive(),
    from: timeSchema.nullable(),
    to: timeSchema.nullable(),
  }),
  /** Fingerprint of the model. */
  model: z.string(),
  /** Parts watched since. */
  parts: z.int().nonnegative(),
  alpha: z.number(),
  statistics: z.array(driftStatisticSchema),
  /** In the order in which they were raised; the first stands for "something changed". */
  alarms: z.array(driftAlarmSchema),
  /** What the false-alarm rate assumes, in words. */
  assumption: z.string(),
})

/** A point of the curve that the page draws. */
export const driftPointSchema = z.strictObject({
  at: timeSchema,
  part: z.int().nonnegative(),
  /** log10 of the evidence by statistic. */
  evidence: z.record(z.string(), z.number()),
})

const numbers = z.array(z.number())

/** All that a watch goes on from after a restart; written by it, read by nobody else. */
export const driftStateSchema = z.strictObject({
  version: z.literal(1),
  model: z.string(),
  alpha: z.number().gt(0).lt(1),
  needed: z.int().positive(),
  seed: z.number(),
  parts: z.int().nonnegative(),
  from: timeSchema.nullable(),
  to: timeSchema.nullable(),
  lastPart: z.string().nullable(),
  statistics: z.record(
    z.string(),
    z.strictObject({
      bag: z.strictObject({
        values: numbers,
        counts: z.array(z.int().positive()),
        total: z.int().nonnegative(),
      }),
      wealth: z.strictObject({ steps: z.int().nonnegative(), scale: z.number(), gamblers: numbers }),
      highest: z.number(),
      referenceMedian: z.number().nullable(),
      recent: numbers,
    }),
  ),
  alarms: z.array(driftAlarmSchema),
  points: z.array(driftPointSchema),
  stride: z.int().positive(),
})

export type DriftState = z.infer<typeof driftStateSchema>
export type DriftGroup = (typeof driftGroups)[number]
export type DriftAlarm = z.infer<typeof driftAlarmSchema>
export type DriftStatus = z.infer<typeof driftStatusSchema>
export type DriftPoint = z.infer<typeof driftPointSchema>
