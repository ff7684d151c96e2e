/** The tables of the records, the same in both databases. Times are milliseconds since 1970, UTC; lists and objects are JSON. */
import type { Generated } from 'kysely'

export interface Tables {
  people: PeopleTable
  models: ModelsTable
  sampling_rules: SamplingRulesTable
  inspections: InspectionsTable
  kept_files: KeptFilesTable
  corrections: CorrectionsTable
  letters: LettersTable
  tallies: TalliesTable
  proposals: ProposalsTable
  audit: AuditTable
  notes: NotesTable
}

/** Names of people, apart from what they did: forgetting one is deleting a name. */
export interface PeopleTable {
  id: Generated<number>
  /** Null once forgotten. */
  name: string | null
  /** Random; null once forgotten. */
  salt: string | null
  /** SHA-256 of salt and name: what the audit log vouches for. */
  commitment: string
}

export interface ModelsTable {
  id: Generated<number>
  name: string
  fingerprint: string
  /** Empty for none. */
  preparation: string
}

export interface SamplingRulesTable {
  id: Generated<number>
  since: number
  by: number | null
  every_part: number
  nominal: number
  anomalous: number
  review: number
}

export interface InspectionsTable {
  seq: Generated<number>
  id: string
  time: number
  source: string
  outcome: string
  reason: string | null
  part: string | null
  lot: string | null
  camera: string | null
  captured_at: number | null
  idempotency_key: string | null
  /** What a retry has in common with it; unique where there is anything. */
  repeat_key: string | null
  model: number | null
  score: number | null
  threshold_stored: number | null
  threshold_used: number | null
  band: number | null
  image_hash: string
  images: string
  latency: string
  shadow_of: string | null
  /** Sampling rule of its time. */
  rule: number
  /** The review, all null where nobody is asked to look. */
  review_reason: string | null
  review_selection: string | null
  review_probability: number | null
  review_state: string | null
  claimed_by: number | null
  claimed_until: number | null
  opinion_by: number | null
  opinion_why: string | null
  /** Of the correction that stands. */
  label: string | null
  defect_kind: string | null
  corrected_by: number | null
}

export interface KeptFilesTable {
  id: Generated<number>
  inspection: number
  image: number
  /** `picture`, `map`, `embedding` or `mask`. */
  what: string
  /** SHA-256 of its bytes, and an ending. */
  file: string
  bytes: number
  time: number
}

export interface CorrectionsTable {
  id: Generated<number>
  inspection: number
  by: number
  at: number
  label: string
  kind: string | null
  masks: string
  note: string | null
  undone_by: number | null
  undone_at: number | null
}

export interface LettersTable {
  id: Generated<number>
  inspection: number | null
  target: string
  kind: string
  payload: string
  created_at: number
  attempts: number
  due_at: number
  state: string
  last_error: string | null
}

/** Answered outcomes by hour; camera is empty and model is 0 for none. */
export interface TalliesTable {
  hour: number
  camera: string
  model: number
  rule: number
  outcome: string
  count: number
}

export interface ProposalsTable {
  id: Generated<number>
  by: number
  at: number
  model: string
  from_threshold: number
  from_band: number | null
  to_threshold: number
  to_band: number | null
  reason: string
  evidence: string
  state: string
  decided_by: number | null
  decided_at: number | null
  decided_why: string | null
}

export interface AuditTable {
  seq: number
  at: number
  by: number
  action: string
  subject: string | null
  detail: string
  previous: string
  hash: string
}

export interface NotesTable {
  name: string
  value: string
}
