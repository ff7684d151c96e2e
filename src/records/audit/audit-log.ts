/** Who changed what, append-only. */
import { sql } from 'kysely'
import { present } from '../../present.ts'
import { checkCancelled, quietTask, type Task } from '../../task.ts'
import type { AuditCheck, AuditEntry, NewAuditEntry } from '../../wire/station/audit.ts'
import type { DatabaseKind } from '../database/migrations/columns.ts'
import type { Db } from '../database/open-store.ts'
import { commitmentOf, namesOf, personId } from '../people.ts'
import type { AuditLog } from '../records.ts'
import { isoTime, type Station } from '../station.ts'
import { beginning, hashOf } from './chain.ts'

/** Number of the lock that keeps two appends of PostgreSQL apart; SQLite has one writer anyway. */
const auditLock = 4_715_001
const pageRows = 1000

/** Within the transaction of what it tells, so that neither is there without the other. */
export async function appendAudit(
  db: Db,
  kind: DatabaseKind,
  entry: NewAuditEntry,
  now: Date,
): Promise<AuditEntry> {
  if (kind === 'postgres') await sql`select pg_advisory_xact_lock(${sql.lit(auditLock)})`.execute(db)
  const by = await personId(db, entry.by)
  const { commitment } = await db
    .selectFrom('people')
    .select('commitment')
    .where('id', '=', by)
    .executeTakeFirstOrThrow()
  const last = await db
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  const { action, subject } = entry
  const content = { seq: (last?.seq ?? 0) + 1, at: now.getTime(), action, subject }
  const chained = { ...content, detail: JSON.stringify(entry.detail), previous: last?.hash ?? beginning }
  const hash = hashOf({ ...chained, commitment })
  await db
    .insertInto('audit')
    .values({ ...chained, by, hash })
    .execute()
  return { ...entry, seq: content.seq, at: isoTime(content.at), previous: chained.previous, hash }
}

export function auditLog({ store, clock }: Station): AuditLog {
  const { db, kind } = store
  return {
    append: (entry) => db.transaction().execute((tx) => appendAudit(tx, kind, entry, clock())),
    async list(limit, before) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .$if(before !== undefined, (query) => query.where('seq', '<', before ?? 0))
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute()
      const name = await namesOf(
        db,
        rows.map(({ by }) => by),
      )
      return rows.map(({ at, by, detail, ...row }) => ({
        ...row,
        at: isoTime(at),
        by: name(by),
        detail: JSON.parse(detail) as AuditEntry['detail'],
      }))
    },
    verify: (head, task) => store.snapshot((snapshot) => verifyChain(snapshot, head, task)),
  }
}

/** @param head - Must be among the hashes. Cost: one pass, 1,000 entries at a time. */
export async function verifyChain(db: Db, head?: string, task: Task = quietTask): Promise<AuditCheck> {
  const progress = task.progress('audit', 'entries')
  let [seq, previous, isHeadSeen] = [0, beginning, head === undefined]
  const broken = (at: number, reason: string): AuditCheck => ({
    ok: false,
    entries: seq,
    head: seq === 0 ? null : previous,
    broken: { seq: at, reason },
  })
  try {
    for (;;) {
      checkCancelled(task)
      const rows = await db
        .selectFrom('audit')
        .innerJoin('people', 'people.id', 'audit.by')
        .selectAll('audit')
        .select(['people.name', 'people.salt', 'people.commitment'])
        .where('audit.seq', '>', seq)
        .orderBy('audit.seq')
        .limit(pageRows)
        .execute()
      for (const row of rows) {
        if (row.seq !== seq + 1) return broken(seq + 1, `entry ${seq + 1} is missing`)
        if (row.previous !== previous) return broken(row.seq, 'it does not follow the entry before it')
        if (hashOf(row) !== row.hash) return broken(row.seq, 'its content was changed after it was written')
        if (row.name !== null && commitmentOf(row.salt ?? '', row.name) !== row.commitment) {
          return broken(row.seq, 'the name of who did it was changed after it was written')
        }
        seq = row.seq
        previous = present(row.hash, 'a hash')
        isHeadSeen ||= row.hash === head
      }
      progress.update(seq, null)
      if (rows.length < pageRows) break
    }
  } finally {
    progress.end()
  }
  if (!isHeadSeen) {
    return broken(
      seq + 1,
      'the head noted earlier is not among the entries: the end was cut off, or this is another log',
    )
  }
  return { ok: true, entries: seq, head: seq === 0 ? null : previous, broken: null }
}
