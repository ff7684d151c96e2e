/** 2026-11-29: inspections, review, corrections, outbox, audit. */
import { sql } from 'kysely'
import { type AnyDatabase, asKey, type DatabaseKind, keyType } from './columns.ts'

export async function addStation(db: AnyDatabase, kind: DatabaseKind): Promise<void> {
  const [key, keyed] = [keyType(kind), asKey(kind)]
  await db.schema
    .createTable('people')
    .addColumn('id', key, keyed)
    .addColumn('name', 'text', (column) => column.unique())
    .addColumn('salt', 'text')
    .addColumn('commitment', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('models')
    .addColumn('id', key, keyed)
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('preparation', 'text', (column) => column.notNull())
    .addUniqueConstraint('models_identity', ['name', 'fingerprint', 'preparation'])
    .execute()
  await db.schema
    .createTable('sampling_rules')
    .addColumn('id', key, keyed)
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('by', 'bigint', (column) => column.references('people.id'))
    .addColumn('every_part', 'double precision', (column) => column.notNull())
    .addColumn('nominal', 'double precision', (column) => column.notNull())
    .addColumn('anomalous', 'double precision', (column) => column.notNull())
    .addColumn('review', 'double precision', (column) => column.notNull())
    .execute()
  await addInspections(db, kind)
  await indexStrata(db)
  await addWhatBelongsToThem(db, kind)
  await db.schema
    .createTable('letters')
    .addColumn('id', key, keyed)
    .addColumn('inspection', 'bigint', (column) => column.references('inspections.seq').onDelete('cascade'))
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('last_error', 'text')
    .execute()
  await db.schema
    .createIndex('letters_waiting')
    .on('letters')
    .columns(['target', 'due_at', 'id'])
    .where(sql.ref('state'), '=', sql.lit('waiting'))
    .execute()
  await db.schema.createIndex('letters_states').on('letters').columns(['target', 'state', 'id']).execute()
  await db.schema.createIndex('letters_inspection').on('letters').column('inspection').execute()
  await addDecisions(db, kind)
}

async function addInspections(db: AnyDatabase, kind: DatabaseKind): Promise<void> {
  await db.schema
    .createTable('inspections')
    .addColumn('seq', keyType(kind), asKey(kind))
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('time', 'bigint', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('part', 'text')
    .addColumn('lot', 'text')
    .addColumn('camera', 'text')
    .addColumn('captured_at', 'bigint')
    .addColumn('idempotency_key', 'text')
    .addColumn('repeat_key', 'text', (column) => column.unique())
    .addColumn('model', 'bigint', (column) => column.references('models.id'))
    .addColumn('score', 'double precision')
    .addColumn('threshold_stored', 'double precision')
    .addColumn('threshold_used', 'double precision')
    .addColumn('band', 'double precision')
    .addColumn('image_hash', 'text', (column) => column.notNull())
    .addColumn('images', 'text', (column) => column.notNull())
    .addColumn('latency', 'text', (column) => column.notNull())
    .addColumn('shadow_of', 'text')
    .addColumn('rule', 'bigint', (column) => column.notNull().references('sampling_rules.id'))
    .addColumn('review_reason', 'text')
    .addColumn('review_selection', 'text')
    .addColumn('review_probability', 'double precision')
    .addColumn('review_state', 'text')
    .addColumn('claimed_by', 'bigint', (column) => column.references('people.id'))
    .addColumn('claimed_until', 'bigint')
    .addColumn('opinion_by', 'bigint', (column) => column.references('people.id'))
    .addColumn('opinion_why', 'text')
    .addColumn('label', 'text')
    .addColumn('defect_kind', 'text')
    .addColumn('corrected_by', 'bigint', (column) => column.references('people.id'))
    .execute()
  await db.schema.createIndex('inspections_time').on('inspections').columns(['time', 'seq']).execute()
  await db.schema
    .createIndex('inspections_outcome')
    .on('inspections')
    .columns(['outcome', 'time', 'seq'])
    .execute()
  await db.schema
    .createIndex('inspections_outcome_score')
    .on('inspections')
    .columns(['outcome', 'score', 'seq'])
    .where('score', 'is not', null)
    .execute()
  // Only rows that have a value: most have no lot, no label, no review.
  for (const [column, next] of [
    ['score', 'seq'],
    ['part', 'time'],
    ['lot', 'time'],
    ['camera', 'time'],
    ['model', 'time'],
    ['shadow_of', 'time'],
    ['review_state', 'time'],
    ['label', 'time'],
    ['defect_kind', 'time'],
    ['corrected_by', 'time'],
    ['claimed_by', 'time'],
  ] as const) {
    await db.schema
      .createIndex(`inspections_${column}`)
      .on('inspections')
      .columns(next === 'seq' ? [column, 'seq'] : [column, next, 'seq'])
      .where(column, 'is not', null)
      .execute()
  }
}

/** What was chosen by the rule, by what the estimates of the line are put together from. */
async function indexStrata(db: AnyDatabase): Promise<void> {
  await db.schema
    .createIndex('inspections_strata')
    .on('inspections')
    .columns(['model', 'rule', 'outcome', 'label', 'time'])
    .where(sql.ref('review_probability'), 'is not', null)
    .execute()
}

async function addWhatBelongsToThem(db: AnyDatabase, kind: DatabaseKind): Promise<void> {
  await db.schema
    .createTable('kept_files')
    .addColumn('id', keyType(kind), asKey(kind))
    .addColumn('inspection', 'bigint', (column) =>
      column.notNull().references('inspections.seq').onDelete('cascade'),
    )
    .addColumn('image', 'integer', (column) => column.notNull())
    .addColumn('what', 'text', (column) => column.notNull())
    .addColumn('file', 'text', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('time', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('kept_files_inspection')
    .on('kept_files')
    .columns(['inspection', 'image'])
    .execute()
  await db.schema.createIndex('kept_files_file').on('kept_files').columns(['file', 'bytes']).execute()
  await db.schema.createIndex('kept_files_age').on('kept_files').columns(['time', 'id', 'bytes']).execute()
  await db.schema
    .createTable('corrections')
    .addColumn('id', keyType(kind), asKey(kind))
    .addColumn('inspection', 'bigint', (column) =>
      column.notNull().references('inspections.seq').onDelete('cascade'),
    )
    .addColumn('by', 'bigint', (column) => column.notNull().references('people.id'))
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('kind', 'text')
    .addColumn('masks', 'text', (column) => column.notNull())
    .addColumn('note', 'text')
    .addColumn('undone_by', 'bigint', (column) => column.references('people.id'))
    .addColumn('undone_at', 'bigint')
    .execute()
  await db.schema
    .createIndex('corrections_inspection')
    .on('corrections')
    .columns(['inspection', 'id'])
    .execute()
}

async function addDecisions(db: AnyDatabase, kind: DatabaseKind): Promise<void> {
  await db.schema
    .createTable('proposals')
    .addColumn('id', keyType(kind), asKey(kind))
    .addColumn('by', 'bigint', (column) => column.notNull().references('people.id'))
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('from_threshold', 'double precision', (column) => column.notNull())
    .addColumn('from_band', 'double precision')
    .addColumn('to_threshold', 'double precision', (column) => column.notNull())
    .addColumn('to_band', 'double precision')
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('evidence', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('decided_by', 'bigint', (column) => column.references('people.id'))
    .addColumn('decided_at', 'bigint')
    .addColumn('decided_why', 'text')
    .execute()
  await db.schema
    .createTable('audit')
    .addColumn('seq', 'bigint', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('by', 'bigint', (column) => column.notNull().references('people.id'))
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('subject', 'text')
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('previous', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('notes')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute()
}
