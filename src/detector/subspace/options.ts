/** Settings of the subspace detector: one record, one place for the defaults, parsed strictly. */
import { z } from 'zod'
import { patchOptions } from '../patches/patch-settings.ts'

export const subspaceOptions = z.strictObject({
  ...patchOptions,
  /** How several stages become one embedding: side by side, or (of equal widths only) by their mean, as the reference does. */
  join: z.enum(['concat', 'mean']).default('concat'),
  /** Share of the variance that the subspace holds. The reference's 0.99. */
  explained: z.number().gt(0).max(1).default(0.99),
  /** Dimensions of the subspace, in place of `explained`. */
  components: z.int().min(1).max(4096).nullable().default(null),
  /** Copies of each training image, turned evenly around the circle; `auto` makes 8 where there are fewer than 17 images. */
  rotations: z.union([z.literal('auto'), z.int().min(1).max(72)]).default('auto'),
  /** Share of the map's pixels whose mean is the image score: the largest ones. The reference's `mtop1p`. */
  top: z.number().gt(0).max(1).default(0.01),
  /** Standard deviation of the blur of the map, in pixels of the model input, and how far it reaches. The reference's 4 and 1. */
  sigma: z.number().min(0).max(64).default(4),
  reach: z.int().min(0).max(256).default(1),
})

export type SubspaceOptions = z.infer<typeof subspaceOptions>
