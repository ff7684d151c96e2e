/** Rows of the database as inspections of the wire, a page at a time. */
import type { Selectable } from 'kysely'
import { z } from 'zod'
import { groupBy } from '../../math/group-by.ts'
import type { Correction } from '../../wire/station/correction.ts'
import {
  inspectedImageSchema,
  type KeptImage,
  latencySchema,
  type StationInspection,
} from '../../wire/station/inspection.ts'
import { type ReviewState, reviewReasons, selectionSchema } from '../../wire/station/review.ts'
import { outcomeSchema } from '../../wire/station/verdict.ts'
import type { Db } from '../database/open-store.ts'
import type { CorrectionsTable, InspectionsTable, KeptFilesTable, ModelsTable } from '../database/tables.ts'
import { namesOf } from '../people.ts'
import { isoTime } from '../station.ts'

export type InspectionRow = Selectable<InspectionsTable>
type CorrectionRow = Selectable<CorrectionsTable>

const images = z.array(inspectedImageSchema)
const masks = z.array(z.string().nullable())

/** Four queries, however many rows. @returns In the order of the rows. */
export async function toInspections(db: Db, rows: readonly InspectionRow[]): Promise<StationInspection[]> {
  if (rows.length === 0) return []
  const seqs = rows.map(({ seq }) => seq)
  const modelIds = [...new Set(rows.flatMap(({ model }) => (model === null ? [] : [model])))]
  const models = new Map<number, Selectable<ModelsTable>>()
  if (modelIds.length > 0) {
    const found = await db.selectFrom('models').selectAll().where('id', 'in', modelIds).execute()
    for (const model of found) models.set(model.id, model)
  }
  const corrected = rows.filter(({ label }) => label !== null).map(({ seq }) => seq)
  const standing = new Map<number, CorrectionRow>()
  if (corrected.length > 0) {
    const found = await db
      .selectFrom('corrections')
      .selectAll()
      .where('inspection', 'in', corrected)
      .where('undone_at', 'is', null)
      .orderBy('id')
      .execute()
    for (const correction of found) standing.set(correction.inspection, correction) // the last one stands
  }
  const kept = await db
    .selectFrom('kept_files')
    .select(['inspection', 'image', 'what'])
    .where('inspection', 'in', seqs)
    .execute()
  const name = await namesOf(db, [
    ...rows.flatMap((row) => [row.claimed_by, row.opinion_by]),
    ...[...standing.values()].map(({ by }) => by),
  ])
  const keptOf = groupBy(kept, ({ inspection }) => inspection)
  return rows.map((row) => {
    const model = row.model === null ? undefined : models.get(row.model)
    const correction = standing.get(row.seq)
    const inspected = images.parse(JSON.parse(row.images))
    return {
      id: row.id,
      time: isoTime(row.time),
      source: row.source === 'watch' ? 'watch' : 'http',
      outcome: outcomeSchema.parse(row.outcome),
      reason: row.reason,
      part: row.part,
      lot: row.lot,
      camera: row.camera,
      capturedAt: row.captured_at === null ? null : isoTime(row.captured_at),
      idempotencyKey: row.idempotency_key,
      model: model
        ? { name: model.name, fingerprint: model.fingerprint, preparation: model.preparation || null }
        : null,
      score: row.score,
      thresholdStored: row.threshold_stored,
      thresholdUsed: row.threshold_used,
      band: row.band,
      imageHash: row.image_hash,
      images: inspected,
      latency: latencySchema.parse(JSON.parse(row.latency)),
      shadowOf: row.shadow_of,
      recorded: true,
      kept: inspected.map((_, image) => keptImage(keptOf.get(row.seq) ?? [], image)),
      review: toReview(row, name),
      correction: correction ? toCorrection(correction, row.id, name) : null,
    }
  })
}

function keptImage(kept: readonly Pick<KeptFilesTable, 'image' | 'what'>[], image: number): KeptImage {
  const has = (what: string): boolean => kept.some((each) => each.image === image && each.what === what)
  return { picture: has('picture'), map: has('map'), embedding: has('embedding') }
}

function toReview(row: InspectionRow, name: (id: number) => string): ReviewState | null {
  if (row.review_state === null) return null
  return {
    reason: z.enum(reviewReasons).parse(row.review_reason),
    selection: selectionSchema.parse(row.review_selection),
    probability: row.review_probability,
    rule: row.rule,
    state: row.review_state === 'open' ? 'open' : 'decided',
    claim:
      row.claimed_by === null || row.claimed_until === null
        ? null
        : { by: name(row.claimed_by), until: isoTime(row.claimed_until) },
    secondOpinion: row.opinion_by === null ? null : { by: name(row.opinion_by), why: row.opinion_why ?? '' },
  }
}

/** @param inspection - Its id. */
export function toCorrection(
  row: CorrectionRow,
  inspection: string,
  name: (id: number) => string,
): Correction {
  return {
    id: row.id,
    inspection,
    by: name(row.by),
    at: isoTime(row.at),
    label: row.label === 'nominal' || row.label === 'anomalous' ? row.label : 'unsure',
    kind: row.kind,
    masks: masks.parse(JSON.parse(row.masks)),
    note: row.note,
    undone:
      row.undone_by === null || row.undone_at === null
        ? null
        : { by: name(row.undone_by), at: isoTime(row.undone_at) },
  }
}
