/** Scores of very many parts, read a portion at a time: the thread that answers also judges, and a verdict does not wait for all of them. */
import type { InspectionFilter } from '../../wire/station/query.ts'
import type { ScoredPart } from '../../wire/station/scored-part.ts'
import { outcomeSchema } from '../../wire/station/verdict.ts'
import type { Db } from '../database/open-store.ts'
import { decidedOf } from './decided.ts'
import { matching } from './filter.ts'
import { type Bounds, inOrder, wayTo } from './way.ts'

export interface ScoresReading {
  /** Rows of one portion. */
  readonly portionRows?: number
  readonly bounds?: Bounds
}

/** The newest first. */
export async function readScores(
  db: Db,
  filter: InspectionFilter,
  limit: number,
  { portionRows = 2000, bounds }: ScoresReading = {},
): Promise<readonly ScoredPart[]> {
  const { by, isFew } = await wayTo(db, filter, 'time', bounds)
  const portion = isFew ? limit : portionRows // few are sorted, all of them each time
  const parts: ScoredPart[] = []
  let after: { readonly time: number; readonly seq: number } | undefined
  for (;;) {
    const wanted = Math.min(portion, limit - parts.length)
    const rows = await db
      .selectFrom('inspections')
      .select(['seq', 'time', 'id', 'score', 'outcome', 'label', 'review_selection'])
      .where(matching(filter, by))
      .where('score', 'is not', null)
      .$if(after !== undefined, (query) =>
        query.where((eb) =>
          eb(
            eb.refTuple('inspections.time', 'inspections.seq'),
            '<',
            eb.tuple(after?.time ?? 0, after?.seq ?? 0),
          ),
        ),
      )
      .orderBy((eb) => inOrder(eb, 'time', isFew), 'desc')
      .orderBy('seq', 'desc')
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
