/** Pages of inspections: each begins where the last one ended, so that the hundredth costs what the first did. */
import { z } from 'zod'
import { UsageError } from '../../errors.ts'
import { lastOf } from '../../present.ts'
import type { Count, InspectionFilter, InspectionPage, InspectionQuery } from '../../wire/station/query.ts'
import type { Db } from '../database/open-store.ts'
import { matching } from './filter.ts'
import { type InspectionRow, toInspections } from './rows.ts'

type Order = InspectionQuery['order']
/** Order, value of its column, number of the row: of the last row of a page. */
const cursorSchema = z.tuple([z.enum(['newest', 'oldest', 'highest', 'lowest']), z.number(), z.int()])

/** @throws {UsageError} `after` is not of such a query. */
export async function readPage(db: Db, query: InspectionQuery): Promise<InspectionPage> {
  const rows = await readRows(db, query, query.limit + 1)
  const shown = rows.slice(0, query.limit)
  return {
    inspections: await toInspections(db, shown),
    next: rows.length > query.limit ? cursorOf(query.order, lastOf(shown)) : null,
  }
}

export async function readRows(
  db: Db,
  { filter, order, after }: Omit<InspectionQuery, 'limit'>,
  limit: number,
): Promise<InspectionRow[]> {
  const column = order === 'newest' || order === 'oldest' ? 'time' : 'score'
  const [direction, beyond] =
    order === 'newest' || order === 'highest' ? (['desc', '<'] as const) : (['asc', '>'] as const)
  // A lot or a part leaves few rows: they are found by it and sorted by an expression that no index gives. Sorted by the column, the
  // database walks the index by score for them. (The cursor may compare the column: it is a bound within those few.)
  const isNarrow = column === 'score' && (filter.lot !== undefined || filter.part !== undefined)
  const cursor = after === undefined ? undefined : parseCursor(after, order)
  return await db
    .selectFrom('inspections')
    .selectAll()
    .where(matching(filter))
    .$if(column === 'score', (rows) => rows.where('inspections.score', 'is not', null))
    .$if(cursor !== undefined, (rows) =>
      rows.where((eb) =>
        eb(
          eb.refTuple(`inspections.${column}`, 'inspections.seq'),
          beyond,
          eb.tuple(cursor?.value ?? 0, cursor?.seq ?? 0),
        ),
      ),
    )
    .orderBy(
      (eb) => (isNarrow ? eb(`inspections.${column}`, '+', 0) : eb.ref(`inspections.${column}`)),
      direction,
    )
    .orderBy('inspections.seq', direction)
    .limit(limit)
    .execute()
}

/** Where the page after this row begins. */
export function cursorOf(order: Order, row: InspectionRow): string {
  const value = order === 'newest' || order === 'oldest' ? row.time : row.score
  return Buffer.from(JSON.stringify([order, value, row.seq])).toString('base64url')
}

function parseCursor(text: string, order: Order): { readonly value: number; readonly seq: number } {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    json = null // said below
  }
  const parsed = cursorSchema.safeParse(json)
  if (!parsed.success || parsed.data[0] !== order) {
    throw new UsageError('after: expected what the page before gave as next, for the same order')
  }
  return { value: parsed.data[1], seq: parsed.data[2] }
}

export async function countRows(db: Db, filter: InspectionFilter, limit: number): Promise<Count> {
  const { count } = await db
    .selectFrom((eb) =>
      eb
        .selectFrom('inspections')
        .select('inspections.seq')
        .where(matching(filter))
        .limit(limit + 1)
        .as('matching'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return { count: Math.min(Number(count), limit), atLeast: Number(count) > limit }
}
