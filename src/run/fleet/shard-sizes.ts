/** Into how large pieces work is cut. */

/** Images whose features are a step: some seconds of work, so that what a lost worker did is soon done again, and the queue is no burden. */
export const shardSize = 64

/** Images looked at in a step that gathers what fits need of them: their features are there already. */
export const gatherSize = 2048

/** With fewer images to learn from, each fit looks at them itself. */
export const leastGathered = 4096
