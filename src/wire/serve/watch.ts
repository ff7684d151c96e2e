/** The folder that the station watches. */
import { z } from 'zod'

export const watchStateSchema = z.strictObject({
  folder: z.string(),
  /** Why it cannot be read; null while it can. */
  trouble: z.string().nullable(),
  /** Pictures that are known and not judged yet. */
  waiting: z.int().nonnegative(),
})

export type WatchState = z.infer<typeof watchStateSchema>
