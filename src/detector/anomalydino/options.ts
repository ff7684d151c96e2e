/** AnomalyDINO's settings: one record, one place for the defaults, parsed strictly. */
import { z } from 'zod'
import { patchOptions } from '../patches/patch-settings.ts'

export const anomalydinoOptions = z.strictObject({
  ...patchOptions,
  /** Copies of each training image, turned evenly around the circle; `auto` makes 8 where there are fewer than 17 images. */
  rotations: z.union([z.literal('auto'), z.int().min(1).max(72)]).default('auto'),
  /** Patches kept; of more a random sample, so that memory and time do not grow with the images. */
  bankSize: z.int().min(1).max(262_144).default(32_768),
  /** Nearest patches whose mean distance counts. */
  neighbours: z.int().min(1).max(64).default(1),
  /** Share of the patches whose mean distance is the image score: the farthest ones. */
  top: z.number().gt(0).max(1).default(0.01),
  /**
   * Whether patches of the background are left out, told by the first principal component of each image: `auto` where the training
   * images allow it; `paper` as in the reference's code, quirks included.
   */
  mask: z.enum(['auto', 'on', 'off', 'paper']).default('auto'),
  /** Projection on that component from which a patch is the object's; in units of the backbone's features. The reference's 10. */
  maskThreshold: z.number().default(10),
  /** Standard deviation of the blur of the map, in pixels of the model input. */
  sigma: z.number().min(0).max(64).default(4),
})

export type AnomalydinoOptions = z.infer<typeof anomalydinoOptions>
