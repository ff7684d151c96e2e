/** 2026-11-29: outcomes counted by the hour as they are recorded; those of older records are counted here, once. */
import { sql } from 'kysely'
import type { AnyDatabase } from './columns.ts'

const hourMs = 3_600_000

export async function addTallies(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('tallies')
    .addColumn('hour', 'bigint', (column) => column.notNull())
    .addColumn('camera', 'text', (column) => column.notNull())
    .addColumn('model', 'bigint', (column) => column.notNull())
    .addColumn('rule', 'bigint', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('count', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('tallies_key', ['hour', 'camera', 'model', 'rule', 'outcome'])
    .execute()
  await db
    .insertInto('tallies')
    .columns(['hour', 'camera', 'model', 'rule', 'outcome', 'count'])
    .expression((eb) =>
      eb
        .selectFrom('inspections')
        .where('shadow_of', 'is', null)
        .select([
          sql`time - time % ${sql.lit(hourMs)}`.as('hour'),
          sql`coalesce(camera, '')`.as('camera_or_none'),
          sql`coalesce(model, 0)`.as('model_or_none'),
          'rule',
          'outcome',
          eb.fn.countAll().as('count'),
        ])
        .groupBy([sql`1`, sql`2`, sql`3`, 'rule', 'outcome']),
    )
    .execute()
}
