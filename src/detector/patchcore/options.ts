/** PatchCore's settings: one record, one place for the defaults, parsed strictly. */
import { z } from 'zod'
import { patchOptions } from '../patches/patch-settings.ts'

export const patchcoreOptions = z.strictObject({
  ...patchOptions,
  /** Patches kept in the memory bank. */
  bankSize: z.int().min(1).max(262_144).default(8192),
  /** Patches the coreset is chosen from: a random sample, so that memory and time do not grow with the images. */
  candidates: z.int().min(1).max(1_048_576).default(131_072),
  /** Dimensions of the random projection in which the coreset is chosen; 0 for none. */
  projection: z.int().min(0).max(1024).default(64),
  /** Patches whose mean distance is the image score: the farthest ones. 1 is the paper's. */
  peaks: z.int().min(1).max(1024).default(3),
  /** Neighbours in the bank that weigh the image score (b in equation 7); 1 for no weighting. */
  neighbours: z.int().min(1).max(64).default(9),
  /** Standard deviation of the blur of the map, in pixels of the model input. */
  sigma: z.number().min(0).max(64).default(4),
})

export type PatchcoreOptions = z.infer<typeof patchcoreOptions>
