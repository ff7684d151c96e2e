/** Outcomes counted by the hour, so that rates over months need no look at every record. */
import { sql } from 'kysely'
import { groupBy } from '../../math/group-by.ts'
import { mustGet } from '../../present.ts'
import { outcomes, verdicts } from '../../wire/station/outcomes.ts'
import type { PromiseStratum } from '../../wire/station/promise.ts'
import type { Tally } from '../../wire/station/query.ts'
import type { Verdict } from '../../wire/station/verdict.ts'
import type { Db } from '../database/open-store.ts'
import { isoTime } from '../station.ts'

const [hourMs, dayMs] = [3_600_000, 86_400_000]

const hourOf = (time: number): number => time - (((time % hourMs) + hourMs) % hourMs)

export interface Counted {
  readonly time: string
  readonly camera: string | null
  readonly model: number | null
  readonly rule: number
  readonly outcome: string
}

/** @param by - 1, or -1 where a record is deleted. */
export async function addToTally(db: Db, counted: Counted, by = 1): Promise<void> {
  await db
    .insertInto('tallies')
    .values({
      hour: hourOf(Date.parse(counted.time)),
      camera: counted.camera ?? '',
      model: counted.model ?? 0,
      rule: counted.rule,
      outcome: counted.outcome,
      count: by,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['hour', 'camera', 'model', 'rule', 'outcome'])
        .doUpdateSet((eb) => ({ count: eb('tallies.count', '+', by) })),
    )
    .execute()
}

/** @returns By time, then camera and model; hours and days are those of UTC. */
export async function readTallies(db: Db, from: Date, to: Date, by: 'hour' | 'day'): Promise<Tally[]> {
  const span = by === 'hour' ? hourMs : dayMs
  const start = sql<number>`tallies.hour - tallies.hour % ${sql.lit(span)}`
  const rows = await db
    .selectFrom('tallies')
    .leftJoin('models', 'models.id', 'tallies.model')
    .where('tallies.hour', '>=', hourOf(from.getTime()))
    .where('tallies.hour', '<', to.getTime())
    .select([
      start.as('start'),
      'tallies.camera',
      'models.fingerprint',
      'tallies.outcome',
      (eb) => eb.fn.sum<number | string>('tallies.count').as('count'),
    ])
    .groupBy([start, 'tallies.camera', 'models.fingerprint', 'tallies.outcome'])
    .execute()
  const spans = groupBy(rows, (row) => JSON.stringify([row.start, row.camera, row.fingerprint]))
  return [...spans.values()]
    .map((cells) => ({ first: cells[0]!, cells }))
    .sort(
      (a, b) =>
        a.first.start - b.first.start ||
        compare(a.first.camera, b.first.camera) ||
        compare(a.first.fingerprint ?? '', b.first.fingerprint ?? ''),
    )
    .map(({ first, cells }) => ({
      from: isoTime(first.start),
      camera: first.camera || null,
      model: first.fingerprint,
      counts: Object.fromEntries(
        outcomes.map((outcome) => [
          outcome,
          Number(cells.find((cell) => cell.outcome === outcome)?.count ?? 0),
        ]),
      ) as Tally['counts'],
    }))
    .filter(({ counts }) => Object.values(counts).some((count) => count !== 0))
}

/**
 * What the estimates of the line are put together from: parts of a verdict under a sampling rule, whole hours that touch the span.
 *
 * @param fingerprint - Of the model.
 */
export async function readStrata(
  db: Db,
  fingerprint: string,
  from: Date | null,
  to: Date | null,
): Promise<PromiseStratum[]> {
  const models = (
    await db.selectFrom('models').select('id').where('fingerprint', '=', fingerprint).execute()
  ).map(({ id }) => id)
  if (models.length === 0) return []
  const [start, end] = [from && hourOf(from.getTime()), to && hourOf(to.getTime() - 1) + hourMs]
  const judged = await db
    .selectFrom('tallies')
    .where('model', 'in', models)
    .where('outcome', 'in', [...verdicts])
    .$if(start !== null, (query) => query.where('hour', '>=', start))
    .$if(end !== null, (query) => query.where('hour', '<', end))
    .select(['rule', 'outcome', (eb) => eb.fn.sum<number | string>('count').as('count')])
    .groupBy(['rule', 'outcome'])
    .execute()
  const reviewed = await db
    .selectFrom('inspections')
    .where('model', 'in', models)
    .where('review_probability', 'is not', null)
    .$if(start !== null, (query) => query.where('time', '>=', start))
    .$if(end !== null, (query) => query.where('time', '<', end))
    .select(['rule', 'outcome', 'label', (eb) => eb.fn.countAll<number>().as('count')])
    .groupBy(['rule', 'outcome', 'label'])
    .execute()
  const of = groupBy(reviewed, ({ rule, outcome }) => `${rule}/${outcome}`)
  return judged
    .filter(({ count }) => Number(count) > 0)
    .map(({ rule, outcome, count }) => {
      const cells = of.get(`${rule}/${outcome}`) ?? []
      const labelled = (label: string): number =>
        Number(cells.find((cell) => cell.label === label)?.count ?? 0)
      return {
        verdict: outcome as Verdict,
        rule,
        judged: Number(count),
        chosen: cells.reduce((sum, cell) => sum + Number(cell.count), 0),
        nominal: labelled('nominal'),
        anomalous: labelled('anomalous'),
        unsure: labelled('unsure'),
      }
    })
    .sort((a, b) => a.rule - b.rule || orderOf(a.verdict) - orderOf(b.verdict))
}

const orders = new Map(verdicts.map((verdict, i) => [verdict, i] as const))
const orderOf = (verdict: Verdict): number => mustGet(orders, verdict)
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
