/** How records are opened, and what is kept of images. */
import type { SamplingRule } from '../wire/station/review.ts'

/** The only source of time in here. */
export type Clock = () => Date

export interface KeepPolicy {
  /** Pictures: of all parts, of those that were rejected or are to be reviewed, or none. Those chosen for review are kept till decided. */
  readonly pictures: 'all' | 'rejected-and-review' | 'none'
  readonly maps: 'all' | 'rejected-and-review' | 'none'
  readonly embeddings: 'all' | 'rejected-and-review' | 'none'
  /** Files go when they are older; null without a limit. Those of corrected parts stay until the size demands otherwise. */
  readonly maxAgeDays: number | null
  /** The oldest files go until the rest fits; null without a limit. */
  readonly maxBytes: number | null
}

export const defaultKeep: KeepPolicy = {
  pictures: 'rejected-and-review',
  maps: 'rejected-and-review',
  embeddings: 'none',
  maxAgeDays: 90,
  maxBytes: 20e9,
}

/** Every reviewer's day is short: a random sample of all, a few of what passed, more of what was rejected, all of the band. */
export const defaultSampling: SamplingRule = { everyPart: 0.01, nominal: 0.02, anomalous: 0.2, review: 1 }

export interface RecordsOptions {
  /** Folder of the station: the SQLite file, kept pictures, maps and masks. Made where it is missing. */
  readonly folder: string
  /** `postgres://` or `postgresql://` address; without one the database is the file `records.db` in the folder. */
  readonly database?: string
  readonly clock: Clock
  /** Default {@link defaultKeep}. */
  readonly keep?: KeepPolicy
  /** Of a station that has none yet; default {@link defaultSampling}. Later ones are set through the review queue. */
  readonly sampling?: SamplingRule
  /** How long a claim lasts; default 300. */
  readonly claimSeconds?: number
}
