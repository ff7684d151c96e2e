/** Names of workers at the queue, which tell with which store each has come. */

/** The store first: PostgreSQL keeps 63 letters. */
export const workerName = (name: string, storeId: string | undefined): string =>
  storeId === undefined ? name : `${storeId}.${name}`

/** @param shown - As the queue tells it, `...:w:NAME`. @returns Undefined for a worker that does not say so. */
export const storeOfWorker = (shown: string): string | undefined => /:w:([0-9a-f]{8})\./.exec(shown)?.[1]
