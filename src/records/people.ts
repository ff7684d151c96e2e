/**
 * Names of people, each under a number. Other tables and the audit log hold the number alone, and the log vouches for a salted hash
 * of the name: forgetting somebody leaves both as they are, and nobody can work the name out again.
 */
import { randomBytes } from 'node:crypto'
import { sha256 } from '../files/hash.ts'
import { present } from '../present.ts'
import type { Db } from './database/open-store.ts'

export const commitmentOf = (salt: string, name: string): string => sha256(`${salt}/${name}`)

/** Number of a person; known from then on. */
export async function personId(db: Db, name: string): Promise<number> {
  const find = () => db.selectFrom('people').select('id').where('name', '=', name).executeTakeFirst()
  const known = await find()
  if (known) return known.id
  const salt = randomBytes(16).toString('hex')
  await db
    .insertInto('people')
    .values({ name, salt, commitment: commitmentOf(salt, name) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  return present(await find(), 'the person just added').id
}

/** Undefined where nobody of that name did anything. */
export async function findPerson(db: Db, name: string): Promise<number | undefined> {
  return (await db.selectFrom('people').select('id').where('name', '=', name).executeTakeFirst())?.id
}

/** Names by number; who was forgotten is called so. */
export async function namesOf(db: Db, ids: Iterable<number | null>): Promise<(id: number) => string> {
  const wanted = [...new Set(ids)].filter((id) => id !== null)
  const rows =
    wanted.length === 0
      ? []
      : await db.selectFrom('people').select(['id', 'name']).where('id', 'in', wanted).execute()
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return (id) => names.get(id) ?? `forgotten-${id}`
}
