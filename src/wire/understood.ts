/** What a dataset was taken for: what `look --json` prints, and what other documents carry as `dataset` or `understood`. */
import { z } from 'zod'

export const leftOutSchema = z.strictObject({
  reason: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  count: z.int().nonnegative(),
  /** Of all images, or of all masks, used or not; 0..1. */
  share: z.number(),
  /** A few paths. */
  examples: z.array(z.string()),
})

export const understoodSchema = z.strictObject({
  layout: z.string(),
  /** Why it was taken for that, as a clause. */
  why: z.string(),
  images: z.strictObject({ nominal: z.int(), anomalous: z.int() }),
  /** Good parts, then kinds of defects by name. */
  classes: z.array(
    z.strictObject({
      name: z.string(),
      label: z.enum(['nominal', 'anomalous']),
      images: z.int(),
      masks: z.int(),
    }),
  ),
  /** Images with a mask of their defect. */
  masks: z.int(),
  /** Images with a mask of the object. */
  foregrounds: z.int(),
  /** How many parts; null where not known of every image. */
  parts: z.int().nullable(),
  columns: z.array(z.string()),
  /** Images in each published split; empty where none was published. */
  splits: z.record(z.string(), z.int()),
  /** Gravest first. */
  leftOut: z.array(leftOutSchema),
  /** How names and columns were understood; a sentence each. */
  notes: z.array(z.string()),
})

export type Understood = z.infer<typeof understoodSchema>
