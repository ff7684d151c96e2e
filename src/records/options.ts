/** How records are opened, and what is kept of images. */
import type { SamplingRule } from '../wire/station/review.ts'

/** The only source of time in here. */
export type Clock = () => Date

/** Of all parts; of those that were rejected, got no verdict, or are to be reviewed for whatever reason; or of none. */
export type Kept = 'all' | 'rejected-and-review' | 'none'

export interface KeepPolicy {
  readonly pictures: Kept
  readonly maps: Kept
  readonly embeddings: Kept
  /** Files go when they are older; null without a limit. Those of parts that people decided stay: the next model learns from them. */
  readonly maxAgeDays: number | null
  /** The oldest files go until the rest fits, those of decided parts last; null without a limit. */
  readonly maxBytes: number | null
}

export const defaultKeep: KeepPolicy = {
  pictures: 'rejected-and-review',
  maps: 'rejected-and-review',
  embeddings: 'none',
  maxAgeDays: 90,
  maxBytes: 20e9,
}

/** Every reviewer's day is short: a random sample of all, a few more of what passed, more of what was rejected, all of the band. */
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
  /**
   * Records and files are flushed to the disk before they count as written, so that a power cut loses nothing. Default false: then a
   * crash of the program loses nothing, a power cut the last seconds. PostgreSQL decides by its own settings.
   */
  readonly isFlushed?: boolean
  /** Largest size of the SQLite file; beyond it the disk counts as full. Default null: none. */
  readonly maxDatabaseBytes?: number | null
  /**
   * Lists, counts and groupings are read from the SQLite file by a process of their own, so that they hold up nothing else in this one.
   * It starts with the first of them. Default false.
   */
  readonly readsBeside?: boolean
}
