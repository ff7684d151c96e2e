/** Letters are written where their record is written. */
import type { Selectable } from 'kysely'
import type { Letter, NewLetter } from '../../wire/station/letter.ts'
import type { Db } from '../database/open-store.ts'
import type { LettersTable } from '../database/tables.ts'
import { isoTime } from '../station.ts'

/** Due at once. @param inspection - Number of its row; null where they are about none. */
export async function insertLetters(
  db: Db,
  inspection: number | null,
  letters: readonly NewLetter[],
  now: Date,
): Promise<readonly Selectable<LettersTable>[]> {
  if (letters.length === 0) return []
  const rows = letters.map(({ target, kind, payload }) => ({
    inspection,
    target,
    kind,
    payload: JSON.stringify(payload),
    created_at: now.getTime(),
    attempts: 0,
    due_at: now.getTime(),
    state: 'waiting',
  }))
  return await db.insertInto('letters').values(rows).returningAll().execute()
}

/** @param inspection - Id of what it is about. */
export function toLetter(row: Selectable<LettersTable>, inspection: string | null): Letter {
  return {
    id: row.id,
    inspection,
    target: row.target,
    kind: row.kind,
    payload: JSON.parse(row.payload) as Letter['payload'],
    createdAt: isoTime(row.created_at),
    attempts: row.attempts,
    dueAt: isoTime(row.due_at),
    state: row.state === 'delivered' || row.state === 'dead' ? row.state : 'waiting',
    lastError: row.last_error,
  }
}
