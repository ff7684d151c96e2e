/**
 * Which index leads to the rows of a filter. SQLite has no histograms, and either database takes what is asked for together for
 * independent: outcome and score are not. So the conditions are counted, each alone and only so far, and the smallest is taken.
 */

import type { ExpressionBuilder } from 'kysely'
import type { InspectionFilter } from '../../wire/station/query.ts'
import type { Db } from '../database/open-store.ts'
import type { Tables } from '../database/tables.ts'
import { type Handle, handlesOf, type matching, matchingOne } from './filter.ts'

export interface Way {
  /** Conditions that an index may answer. */
  readonly by: readonly Handle[]
  /** So few rows that they are found first and sorted then; else an index gives the order. */
  readonly isFew: boolean
}

export interface Bounds {
  /** Rows that are sorted in some milliseconds. */
  readonly few: number
  /** Where counting stops: it is of no use to know how many more, and takes some milliseconds. */
  readonly many: number
}

const usual: Bounds = { few: 5000, many: 50_000 }

export async function wayTo(
  db: Db,
  filter: InspectionFilter,
  column: 'time' | 'score',
  bounds = usual,
): Promise<Way> {
  const { handle, size } = await smallest(db, filter, bounds)
  if (handle !== null && size <= bounds.few) return { by: [handle], isFew: true }
  // By time, every index goes on with it. By score, those of the whole, of an outcome and of a label: these three rise with the score, and
  // what rises with it must not be looked for along it.
  if (column === 'time')
    return { by: handle === 'score' || handle === null ? ['time'] : [handle, 'time'], isFew: false }
  const isOneLabel = handle === 'correction' && filter.correction !== 'any'
  return { by: ['score', isOneLabel ? handle : 'outcome'], isFew: false }
}

/** By an expression where few rows are sorted: no index gives that, so none is walked for them. */
export const inOrder = (
  eb: ExpressionBuilder<Tables, 'inspections'>,
  column: 'time' | 'score',
  isFew: boolean,
) => (isFew ? eb(`inspections.${column}`, '+', 0) : eb.ref(`inspections.${column}`))

/** Counts up to `limit` rows, in whatever order. */
export async function countUpTo(
  db: Db,
  condition: ReturnType<typeof matching>,
  limit: number,
): Promise<number> {
  const { count } = await db
    .selectFrom((eb) =>
      eb.selectFrom('inspections').select('inspections.seq').where(condition).limit(limit).as('matching'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The condition that leaves the fewest rows; null where the filter has none. */
export async function smallest(
  db: Db,
  filter: InspectionFilter,
  { few, many } = usual,
): Promise<{ readonly handle: Handle | null; readonly size: number }> {
  let found: { readonly handle: Handle | null; readonly size: number } = { handle: null, size: Infinity }
  const handles = handlesOf(filter)
  for (const handle of handles) {
    const limit = Math.min(found.size, handles.length === 1 ? few + 1 : many)
    const size = await countUpTo(db, matchingOne(filter, handle), limit)
    if (size < found.size) found = { handle, size }
  }
  return found
}
