/** Into how large pieces work is cut. */

/** Images whose features are a step: some seconds of work, so that what a lost worker did is soon done again, and the queue is no burden. */
export const shardSize = 64

/** Images looked at in a step that gathers what fits need of them: their features are there already. */
export const gatherSize = 2048

/**
 * With fewer images to learn from, each fit looks at them itself. What is gathered is of one size however many there are: 130 MB a fit of
 * PatchCore on `plumb-s` (196,608 patches of 664 bytes), 650 MB for five folds; the features of 4,096 images take 340 MB, and a fit
 * goes through its share of them in 16 s.
 */
export const leastGathered = 4096

/**
 * Images of a fold that are scored in a step, at most: ten seconds or so of work, beside which opening the model counts little. So a fold with no
 * more threshold images, and no more to be judged, is one worker's each.
 */
export const scoredSize = 512

/** As few pieces of at most that size as there can be, as alike as can be; one empty piece of nothing. */
export function shardsOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.max(1, Math.ceil(items.length / size))
  return Array.from({ length: count }, (_, i) =>
    items.slice(Math.round((i * items.length) / count), Math.round(((i + 1) * items.length) / count)),
  )
}
