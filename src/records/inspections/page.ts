/** Pages of inspections: each begins where the last one ended, so that the hundredth costs what the first did. */
import { z } from 'zod'
import { UsageError } from '../../errors.ts'
import { lastOf } from '../../present.ts'
import type { Count, InspectionFilter, InspectionPage, InspectionQuery } from '../../wire/station/query.ts'
import type { Db } from '../database/open-store.ts'
import { matching, wantedOutcomes } from './filter.ts'
import { type InspectionRow, toInspections } from './rows.ts'
import { type Bounds, countUpTo, inOrder, smallest, type Way, wayTo } from './way.ts'

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
  query: Omit<InspectionQuery, 'limit'>,
  limit: number,
  bounds?: Bounds,
): Promise<InspectionRow[]> {
  const { filter, order } = query
  const column = columnOf(order)
  const way = await wayTo(db, filter, column, bounds)
  const wanted = wantedOutcomes(filter) ?? []
  if (!way.by.includes('outcome') || wanted.length < 2) return rowsBy(db, query, limit, way)
  // No index gives the order of several outcomes: each gives its own.
  const lists: InspectionRow[][] = []
  for (const outcome of wanted)
    lists.push(await rowsBy(db, { ...query, filter: { ...filter, outcome: [outcome] } }, limit, way))
  const sign = isFalling(order) ? -1 : 1
  return lists
    .flat()
    .sort((a, b) => sign * (Number(a[column]) - Number(b[column]) || a.seq - b.seq))
    .slice(0, limit)
}

const columnOf = (order: Order): 'time' | 'score' =>
  order === 'newest' || order === 'oldest' ? 'time' : 'score'
const isFalling = (order: Order): boolean => order === 'newest' || order === 'highest'

function rowsBy(
  db: Db,
  { filter, order, after }: Omit<InspectionQuery, 'limit'>,
  limit: number,
  { by, isFew }: Way,
): Promise<InspectionRow[]> {
  const column = columnOf(order)
  const [direction, beyond] = isFalling(order) ? (['desc', '<'] as const) : (['asc', '>'] as const)
  const cursor = after === undefined ? undefined : parseCursor(after, order)
  return db
    .selectFrom('inspections')
    .selectAll()
    .where(matching(filter, by))
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
    .orderBy((eb) => inOrder(eb, column, isFew), direction)
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
  const { handle } = await smallest(db, filter)
  const count = await countUpTo(db, matching(filter, handle === null ? [] : [handle]), limit + 1)
  return { count: Math.min(count, limit), atLeast: count > limit }
}
