/**
 * Everything the station remembers, by use. One value for both databases: `openRecords` makes it.
 *
 * Whatever writes throws {@link StorageError} where the database is locked, unreachable or the disk is full; what was being
 * written is then not written at all. Names of people (`by`) are kept apart, so that a person can be forgotten.
 */
import type { Task } from '../task.ts'
import type { AuditCheck, AuditEntry, NewAuditEntry } from '../wire/station/audit.ts'
import type { Correction, NewCorrection } from '../wire/station/correction.ts'
import type { Facets } from '../wire/station/facets.ts'
import type { Judged, StationInspection } from '../wire/station/inspection.ts'
import type { NewLetter } from '../wire/station/letter.ts'
import type { PromiseStratum } from '../wire/station/promise.ts'
import type { NewProposal, Proposal } from '../wire/station/proposal.ts'
import type {
  Count,
  InspectionFilter,
  InspectionPage,
  InspectionQuery,
  Tally,
} from '../wire/station/query.ts'
import type { ClaimResult, SamplingRule, SamplingRuleInForce } from '../wire/station/review.ts'
import type { ScoredPart } from '../wire/station/scored-part.ts'
import type { ShadowPair } from '../wire/station/shadow-comparison.ts'
import type { Outbox } from './outbox.ts'

export interface Records {
  readonly inspections: Inspections
  readonly outbox: Outbox
  readonly review: ReviewQueue
  readonly files: KeptFiles
  readonly proposals: Proposals
  readonly audit: AuditLog
  readonly exports: Exports
  readonly upkeep: Upkeep
  /** Small documents of whoever runs the station (state of drift, model in service, jobs): JSON by name. */
  readonly notes: Notes
  close(): Promise<void>
}

/** What is kept of an image besides its record, where the policy keeps it. */
export interface ImageFiles {
  /** The bytes that came. */
  readonly picture: Uint8Array
  /** A file that holds the map of raw scores, e.g. `.npy`; null where there is none. */
  readonly map: Uint8Array | null
  /** Of the whole image; null where the model gives none. */
  readonly embedding: Float32Array | null
}

export interface RecordRequest {
  readonly judged: Judged
  /** One for each of the images, or none at all where nothing may be kept. */
  readonly files: readonly ImageFiles[]
  readonly letters: readonly NewLetter[]
}

/** What tells a retry from a new part; see {@link Inspections.findRepeat}. */
export type RepeatKey = Pick<
  Judged,
  'idempotencyKey' | 'imageHash' | 'part' | 'capturedAt' | 'shadowOf' | 'model'
>

export interface Inspections {
  /**
   * Record and letters in one transaction, or neither. A repeat writes nothing: the inspection that is there comes back.
   *
   * @throws {UsageError} The idempotency key was used for another image.
   */
  record(request: RecordRequest): Promise<{ readonly inspection: StationInspection; readonly isNew: boolean }>
  /**
   * The inspection that a request repeats: of the same idempotency key; without one, of the same image hash with the same part and
   * capture time, where both are given; without those, none. Of a model in shadow: of the same answered inspection and model.
   *
   * @throws {UsageError} The idempotency key was used for another image.
   */
  findRepeat(key: RepeatKey): Promise<StationInspection | undefined>
  find(id: string): Promise<StationInspection | undefined>
  /** @throws {UsageError} `after` is not of this query. */
  page(query: InspectionQuery): Promise<InspectionPage>
  /** @param limit - Where counting stops, default 10,000. */
  count(filter: InspectionFilter, limit?: number): Promise<Count>
  /** Verdicts that were answered, by hour, in UTC; `day` adds them up. */
  tallies(from: Date, to: Date, by: 'hour' | 'day'): Promise<readonly Tally[]>
  /**
   * Of a model (by its fingerprint), what promise and reality are compared by: whole hours that touch the span, all of it where an end
   * is null.
   */
  strata(model: string, from: Date | null, to: Date | null): Promise<readonly PromiseStratum[]>
  /** Score, outcome and label that stands, newest first, for histograms and what-if; at most `limit`. */
  scores(filter: InspectionFilter, limit: number): Promise<readonly ScoredPart[]>
  /** The same as the bytes of its JSON text, to be handed on: of very many they cost the thread that asks a fraction. */
  scoresJson(filter: InspectionFilter, limit: number): Promise<Uint8Array>
  /** Parts that both models (by their fingerprints) judged, the one in shadow; newest first, at most `limit`. */
  pairs(active: string, shadow: string, limit: number): Promise<readonly ShadowPair[]>
  /** Lots, cameras, kinds of defects, models that occur, most recent first, at most `limit` of each. */
  facets(limit?: number): Promise<Facets>
}

export interface QueueQuery {
  readonly filter?: InspectionFilter
  /** Who asks: what others hold, and what this person may not decide, is left out. */
  readonly by: string
  readonly limit: number
}

export interface ReviewQueue {
  /** Open ones that `by` could claim: what they hold already, then the oldest first. */
  open(query: QueueQuery): Promise<readonly StationInspection[]>
  openCount(limit?: number): Promise<Count>
  /** The next that nobody holds, claimed for `by`; undefined where there is none. Two people never get the same one. */
  claimNext(by: string, filter?: InspectionFilter): Promise<StationInspection | undefined>
  /** Renews where `by` holds it. What is not in the queue is put there by hand. */
  claim(inspection: string, by: string): Promise<ClaimResult>
  /** @returns false where `by` does not hold it. */
  release(inspection: string, by: string): Promise<boolean>
  /**
   * Adds a correction; ends the claim of who decides.
   *
   * @returns why not, where somebody else holds it, or the person asked for a second opinion may not give it.
   * @throws {InputError} No such inspection, or a mask that is not kept.
   */
  correct(correction: NewCorrection): Promise<CorrectResult>
  /** Takes a correction back; the one before stands again, and without any the part waits for review again. */
  undo(correction: number, by: string): Promise<Correction | undefined>
  /** All corrections of an inspection, the oldest first, those taken back too. */
  corrections(inspection: string): Promise<readonly Correction[]>
  /** Puts a decided part back for somebody else. @returns false where nothing was decided. */
  askSecondOpinion(inspection: string, by: string, why: string): Promise<boolean>
  samplingRules(): Promise<readonly SamplingRuleInForce[]>
  /** From now on, for parts to come; what was chosen stays chosen by the rule of its time. */
  setSamplingRule(rule: SamplingRule, by: string): Promise<SamplingRuleInForce>
}

export type CorrectResult =
  | { readonly ok: true; readonly correction: Correction }
  | Extract<ClaimResult, { readonly ok: false }>

export interface KeptFiles {
  /** Bytes as they came, or the map; undefined where they are not kept, or no longer. @param image - Position, from 0. */
  picture(inspection: string, image: number): Promise<Uint8Array | undefined>
  map(inspection: string, image: number): Promise<Uint8Array | undefined>
  embedding(inspection: string, image: number): Promise<Float32Array | undefined>
  /** Masks of corrections (PNG): kept until they are purged, whatever the policy. @returns SHA-256. @throws {InputError} No PNG. */
  saveMask(png: Uint8Array): Promise<string>
  mask(hash: string): Promise<Uint8Array | undefined>
}

export interface Proposals {
  propose(proposal: NewProposal): Promise<Proposal>
  list(limit?: number): Promise<readonly Proposal[]>
  /** @returns undefined where it is unknown or its state does not allow that. */
  decide(
    id: number,
    decision: 'accepted' | 'rejected' | 'rolled-back',
    by: string,
    why: string,
  ): Promise<Proposal | undefined>
  /** The one in force for a model: accepted last and not rolled back. */
  inForce(model: string): Promise<Proposal | undefined>
}

export interface AuditLog {
  append(entry: NewAuditEntry): Promise<AuditEntry>
  /** Newest first, with sequence numbers below `before`. */
  list(limit: number, before?: number): Promise<readonly AuditEntry[]>
  /** @param head - A head noted earlier, which must be among the entries. */
  verify(head?: string, task?: Task): Promise<AuditCheck>
}

export interface Exports {
  /** CSV of inspections, chunk by chunk, newest first. */
  csv(filter: InspectionFilter, task?: Task): AsyncGenerator<string>
  /**
   * Writes a manifest that `check`, `train` and `evaluate` read, of parts that people decided and whose pictures are kept. Pictures are
   * named where they lie, not copied; `selection` says how each came to be reviewed.
   */
  manifest(path: string, filter: InspectionFilter, task?: Task): Promise<ManifestSummary>
}

export interface ManifestSummary {
  readonly path: string
  readonly nominal: number
  readonly anomalous: number
  /** Decided, but without a picture any more; or nobody could tell. */
  readonly withoutPicture: number
  readonly unsure: number
}

export interface Upkeep {
  /** Deletes files that the policy no longer keeps, and what nobody refers to. */
  sweep(task?: Task): Promise<SweepSummary>
  /**
   * Deletes all that is known of the inspections that match: records, files, corrections, letters.
   *
   * @throws {UsageError} The filter is empty: everything must be said in words, `{ from: '0000-...' }`.
   */
  purge(
    filter: InspectionFilter,
    by: string,
    task?: Task,
  ): Promise<{ readonly inspections: number; readonly files: number }>
  /** Replaces a person's name wherever it is kept. @returns false where it is unknown. */
  forgetPerson(name: string, by: string): Promise<boolean>
  /** A consistent copy of database and files in a new folder, while the station runs. @throws {InputError} The folder is not empty. */
  backup(folder: string, task?: Task): Promise<BackupSummary>
  /** A small write, to know whether records can be written. @throws {StorageError} */
  probe(): Promise<void>
  storage(): Promise<StorageUse>
}

export interface SweepSummary {
  readonly files: number
  readonly bytes: number
}

export interface BackupSummary {
  readonly inspections: number
  readonly files: number
  readonly bytes: number
}

export interface StorageUse {
  readonly files: number
  readonly bytes: number
}

export interface Notes {
  read(name: string): Promise<unknown>
  /** @param value - What JSON can hold. */
  write(name: string, value: unknown): Promise<void>
  remove(name: string): Promise<boolean>
  /** Names that begin with `prefix`, sorted. */
  names(prefix: string): Promise<readonly string[]>
}
