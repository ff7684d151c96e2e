/** Writing an inspection: record, letters and counts in one transaction, its files before. */
import type { Insertable } from 'kysely'
import { UsageError } from '../../errors.ts'
import type { Judged, StationInspection } from '../../wire/station/inspection.ts'
import type { Db } from '../database/open-store.ts'
import type { InspectionsTable } from '../database/tables.ts'
import { nameOf } from '../files/file-store.ts'
import { type FileToKeep, filesToKeep } from '../files/policy.ts'
import { insertLetters } from '../letters/insert-letters.ts'
import type { Inspections, RepeatKey } from '../records.ts'
import { currentRule } from '../review/rules.ts'
import { type Choice, chooseForReview } from '../review/sampling.ts'
import { type Station, storable } from '../station.ts'
import { checkSameImage, repeatKeyOf } from './repeat.ts'
import { toInspections } from './rows.ts'
import { addToTally } from './tallies.ts'

export function recorder(station: Station): Pick<Inspections, 'record' | 'findRepeat'> {
  const { store, files, clock } = station
  /** Numbers of models that are in the database for certain. */
  const modelIds = new Map<string, number>()

  const findRepeat = async (key: RepeatKey, db: Db = store.db): Promise<StationInspection | undefined> => {
    const repeatKey = repeatKeyOf(key)
    if (repeatKey === null) return
    const row = await db
      .selectFrom('inspections')
      .selectAll()
      .where('repeat_key', '=', repeatKey)
      .executeTakeFirst()
    if (row === undefined) return
    checkSameImage(key, row.image_hash)
    return (await toInspections(db, [row]))[0]
  }

  return {
    findRepeat: (key) => findRepeat(key),
    async record({ judged, files: offered, letters }) {
      if (offered.length !== 0 && offered.length !== judged.images.length) {
        throw new UsageError(
          `record: expected files of ${judged.images.length} images, got ${offered.length}`,
        )
      }
      const known = await findRepeat(judged)
      if (known) return { inspection: known, isNew: false }
      const model = await modelId(store.db, judged, modelIds)
      const { id: rule, rule: shares, secret } = await currentRule(store.db)
      const choice = judged.shadowOf === null ? chooseForReview(shares, secret, judged) : null
      const kept = filesToKeep(station.keep, judged, choice !== null, offered)
      const unpin = files.pin(kept.map(({ kind, bytes }) => nameOf(kind, bytes)))
      try {
        const names: string[] = []
        for (const { kind, bytes } of kept) names.push(await files.save(kind, bytes))
        const isNew = await store.db.transaction().execute(async (db) => {
          const seq = await insert(db, rowOf(judged, model, rule, choice))
          if (seq === undefined) return false
          await insertKept(db, seq, kept, names, judged)
          await insertLetters(db, seq, letters, clock())
          if (judged.shadowOf === null) await addToTally(db, { ...judged, model, rule })
          return true
        })
        if (isNew) return { inspection: inspectionOf(judged, rule, choice, kept), isNew }
        const other = await findRepeat(judged) // the same request twice at once: the other one was faster
        if (other === undefined) throw new Error(`inspection ${judged.id} was neither written nor found`)
        return { inspection: other, isNew }
      } finally {
        unpin()
      }
    },
  }
}

/** Undefined where the repeat key is there already. */
async function insert(db: Db, row: Insertable<InspectionsTable>): Promise<number | undefined> {
  const added = await db
    .insertInto('inspections')
    .values(row)
    .onConflict((conflict) => conflict.column('repeat_key').doNothing())
    .returning('seq')
    .executeTakeFirst()
  return added?.seq
}

async function modelId(db: Db, { model }: Judged, known: Map<string, number>): Promise<number | null> {
  if (model === null) return null
  const identity = { name: model.name, fingerprint: model.fingerprint, preparation: model.preparation ?? '' }
  const key = JSON.stringify(identity)
  const cached = known.get(key)
  if (cached !== undefined) return cached
  await db
    .insertInto('models')
    .values(identity)
    .onConflict((conflict) => conflict.columns(['name', 'fingerprint', 'preparation']).doNothing())
    .execute()
  const { id } = await db
    .selectFrom('models')
    .select('id')
    .where((eb) => eb.and(identity))
    .executeTakeFirstOrThrow()
  known.set(key, id)
  return id
}

function rowOf(
  judged: Judged,
  model: number | null,
  rule: number,
  choice: Choice | null,
): Insertable<InspectionsTable> {
  return {
    id: judged.id,
    time: Date.parse(judged.time),
    source: judged.source,
    outcome: judged.outcome,
    reason: judged.reason === null ? null : storable(judged.reason),
    part: judged.part,
    lot: judged.lot,
    camera: judged.camera,
    captured_at: judged.capturedAt === null ? null : Date.parse(judged.capturedAt),
    idempotency_key: judged.idempotencyKey,
    repeat_key: repeatKeyOf(judged),
    model,
    score: judged.score,
    threshold_stored: judged.thresholdStored,
    threshold_used: judged.thresholdUsed,
    band: judged.band,
    image_hash: judged.imageHash,
    images: JSON.stringify(judged.images),
    latency: JSON.stringify(judged.latency),
    shadow_of: judged.shadowOf,
    rule,
    review_reason: choice?.reason ?? null,
    review_selection: choice?.selection ?? null,
    review_probability: choice?.probability ?? null,
    review_state: choice === null ? null : 'open',
  }
}

async function insertKept(
  db: Db,
  inspection: number,
  kept: readonly FileToKeep[],
  names: readonly string[],
  { time }: Judged,
): Promise<void> {
  if (kept.length === 0) return
  const rows = kept.map(({ image, kind, bytes }, i) => ({
    inspection,
    image,
    what: kind,
    file: names[i]!,
    bytes: bytes.byteLength,
    time: Date.parse(time),
  }))
  await db.insertInto('kept_files').values(rows).execute()
}

function inspectionOf(
  judged: Judged,
  rule: number,
  choice: Choice | null,
  kept: readonly FileToKeep[],
): StationInspection {
  const has = (image: number, what: string): boolean =>
    kept.some((each) => each.image === image && each.kind === what)
  return {
    ...judged,
    recorded: true,
    kept: judged.images.map((_, image) => ({
      picture: has(image, 'picture'),
      map: has(image, 'map'),
      embedding: has(image, 'embedding'),
    })),
    review: choice && { ...choice, rule, state: 'open', claim: null, secondOpinion: null },
    correction: null,
  }
}
