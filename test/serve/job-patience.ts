/**
 * How long a test waits for what a job does: jobs run at low priority, so beside the rest of the suite one gets a tenth of a core, and
 * takes ten times as long as alone.
 */
export const jobPatience = { timeout: 570_000, interval: 200 }

/** Of a test that waits for jobs. */
export const jobTimeout = 590_000
