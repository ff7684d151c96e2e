/** `sweep.json`: what a grid of evaluations found, and which differences are left once all comparisons are counted. */
import { z } from 'zod'

const figure = z.number().nullable()
const estimate = z.strictObject({ mean: figure, ci: z.tuple([figure, figure]) })

/** One evaluation of the grid. */
const cellSchema = z.strictObject({
  /** Also the folder of its run, below `runs/`. */
  name: z.string(),
  /** Cells of one arm differ by the seed alone. */
  arm: z.string(),
  detector: z.string(),
  /** Null where the best at hand was taken. */
  backbone: z.string().nullable(),
  /** Null where it was the detector's own. */
  size: z.string().nullable(),
  seed: z.int(),
  /** Why there are no figures; null where there are. */
  failure: z.string().nullable(),
  auroc: estimate.nullable(),
  escapeRate: estimate.nullable(),
  overkillRate: estimate.nullable(),
  seconds: figure,
})

/** Two arms on the same folds. */
const pairSchema = z.strictObject({
  a: z.string(),
  b: z.string(),
  /** AUROC of the first minus that of the second, for each seed that both have. */
  perSeed: z.array(
    z.strictObject({ seed: z.int(), mean: figure, ci: z.tuple([figure, figure]), pValue: figure }),
  ),
  /** Mean over the seeds. */
  mean: figure,
  /** Of one seed; twice the median over several. */
  pValue: figure,
  /** After Holm, over all comparisons of the sweep. */
  adjusted: figure,
  isDistinguishable: z.boolean(),
})

export const sweepSchema = z.strictObject({
  plumbline: z.string(),
  createdAt: z.string(),
  command: z.string(),
  dataset: z.string(),
  cells: z.array(cellSchema),
  /** How many differences were looked at: what is corrected for. */
  comparisons: z.int(),
  pairs: z.array(pairSchema),
  seconds: z.number(),
})

export type Sweep = z.infer<typeof sweepSchema>
export type SweepCell = z.infer<typeof cellSchema>
export type SweepPair = z.infer<typeof pairSchema>
