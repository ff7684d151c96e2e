/** Parts that two models judged: the one answered, the other in shadow. */
import { isVerdict } from '../../wire/station/outcomes.ts'
import type { ShadowPair } from '../../wire/station/shadow-comparison.ts'
import { outcomeSchema } from '../../wire/station/verdict.ts'
import type { Db } from '../database/open-store.ts'
import { decidedOf } from './decided.ts'

/** Newest first, those with a verdict of both. @param active - Fingerprint, as `shadow`. */
export async function readPairs(
  db: Db,
  active: string,
  shadow: string,
  limit: number,
): Promise<ShadowPair[]> {
  const rows = await db
    .selectFrom('inspections as beside')
    .innerJoin('models as its', 'its.id', 'beside.model')
    .innerJoin('inspections as answered', 'answered.id', 'beside.shadow_of')
    .innerJoin('models as of', 'of.id', 'answered.model')
    .select(['answered.id', 'answered.part', 'answered.outcome', 'answered.score', 'answered.label'])
    .select(['answered.review_selection', 'beside.id as beside_id'])
    .select(['beside.outcome as beside_outcome', 'beside.score as beside_score'])
    .where('its.fingerprint', '=', shadow)
    .where('of.fingerprint', '=', active)
    .orderBy('beside.time', 'desc')
    .orderBy('beside.seq', 'desc')
    .limit(limit)
    .execute()
  return rows.flatMap((row): ShadowPair[] => {
    const outcome = outcomeSchema.parse(row.outcome)
    const beside = outcomeSchema.parse(row.beside_outcome)
    if (!isVerdict(outcome) || !isVerdict(beside) || row.score === null || row.beside_score === null)
      return []
    return [
      {
        part: row.part,
        active: { id: row.id, verdict: outcome, score: row.score },
        shadow: { id: row.beside_id, verdict: beside, score: row.beside_score },
        ...decidedOf(row),
      },
    ]
  })
}
