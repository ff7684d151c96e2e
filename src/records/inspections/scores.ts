/** Scores of very many parts. The thread that asks also judges, and a verdict does not wait for all of them. */
import type { InspectionFilter } from '../../wire/station/query.ts'
import type { ScoredPart } from '../../wire/station/scored-part.ts'
import { outcomeSchema } from '../../wire/station/verdict.ts'
import type { Db, Store } from '../database/open-store.ts'
import { decidedOf } from './decided.ts'
import { matching } from './filter.ts'
import { type Bounds, inOrder, type Way, wayTo } from './way.ts'

export interface ScoresReading {
  /** Rows of one portion. */
  readonly portionRows?: number
  readonly bounds?: Bounds
}

/** The newest first, read a portion at a time. */
export async function readScores(
  db: Db,
  filter: InspectionFilter,
  limit: number,
  { portionRows = 2000, bounds }: ScoresReading = {},
): Promise<readonly ScoredPart[]> {
  const way = await wayTo(db, filter, 'time', bounds)
  const portion = way.isFew ? limit : portionRows // few are sorted, all of them each time
  const parts: ScoredPart[] = []
  let after: { readonly time: number; readonly seq: number } | undefined
  for (;;) {
    const wanted = Math.min(portion, limit - parts.length)
    const rows = await newestScored(db, filter, way)
      .select(['seq', 'time', 'id', 'score', 'outcome', 'label', 'review_selection'])
      .$if(after !== undefined, (query) =>
        query.where((eb) =>
          eb(
            eb.refTuple('inspections.time', 'inspections.seq'),
            '<',
            eb.tuple(after?.time ?? 0, after?.seq ?? 0),
          ),
        ),
      )
      .limit(wanted)
      .execute()
    for (const row of rows)
      parts.push({
        id: row.id,
        score: row.score ?? 0,
        outcome: outcomeSchema.parse(row.outcome),
        ...decidedOf(row),
      })
    after = rows.at(-1)
    if (after === undefined || rows.length < wanted || parts.length === limit) return parts
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The same as the text of a JSON array. Where a process reads, it makes the text of all of them in one go. */
export async function readScoresJson(
  { kind, reads, readJson }: Pick<Store, 'kind' | 'reads' | 'readJson'>,
  filter: InspectionFilter,
  limit: number,
): Promise<Uint8Array> {
  if (kind === 'postgres') return Buffer.from(JSON.stringify(await readScores(reads, filter, limit)))
  const way = await wayTo(reads, filter, 'time')
  return readJson(
    newestScored(reads, filter, way)
      .select(['id', 'score', 'outcome', 'label', 'review_selection as selection'])
      .limit(limit),
  )
}

const newestScored = (db: Db, filter: InspectionFilter, { by, isFew }: Way) =>
  db
    .selectFrom('inspections')
    .where(matching(filter, by))
    .where('score', 'is not', null)
    .orderBy((eb) => inOrder(eb, 'time', isFew), 'desc')
    .orderBy('seq', 'desc')
