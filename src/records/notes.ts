/** Small documents by name. */
import { sql } from 'kysely'
import type { Notes } from './records.ts'
import type { Station } from './station.ts'

export function notes({ store: { db } }: Station): Notes {
  return {
    async read(name) {
      const row = await db.selectFrom('notes').select('value').where('name', '=', name).executeTakeFirst()
      return row && JSON.parse(row.value)
    },
    async write(name, value) {
      const text = JSON.stringify(value)
      await db
        .insertInto('notes')
        .values({ name, value: text })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: text }))
        .execute()
    },
    async remove(name) {
      return (await db.deleteFrom('notes').where('name', '=', name).executeTakeFirst()).numDeletedRows > 0n
    },
    async names(prefix) {
      const pattern = `${prefix.replace(/[\\%_]/g, '\\$&')}%`
      const rows = await db
        .selectFrom('notes')
        .select('name')
        .where(sql<boolean>`name like ${pattern} escape '\\'`)
        .execute()
      return rows
        .map(({ name }) => name)
        .filter((name) => name.startsWith(prefix))
        .sort()
    },
  }
}
