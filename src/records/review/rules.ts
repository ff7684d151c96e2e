/** The sampling rules of a station, and the secret that its coins are thrown with. */
import { randomBytes } from 'node:crypto'
import type { Selectable } from 'kysely'
import { present } from '../../present.ts'
import type { SamplingRule, SamplingRuleInForce } from '../../wire/station/review.ts'
import type { Db, Store } from '../database/open-store.ts'
import type { SamplingRulesTable } from '../database/tables.ts'
import { namesOf } from '../people.ts'
import { isoTime } from '../station.ts'

export interface CurrentRule {
  readonly id: number
  readonly rule: SamplingRule
  readonly secret: string
}

const secretNote = 'sampling.secret'

/** A station's first rule and secret are written when it is opened for the first time. */
export async function prepareRules(store: Store, first: SamplingRule, now: Date): Promise<void> {
  await store.db
    .insertInto('notes')
    .values({ name: secretNote, value: JSON.stringify(randomBytes(16).toString('hex')) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  await store.db.transaction().execute(async (db) => {
    if (await db.selectFrom('sampling_rules').select('id').executeTakeFirst()) return
    await addRule(db, first, null, now)
  })
}

export async function currentRule(db: Db): Promise<CurrentRule> {
  const row = await db
    .selectFrom('sampling_rules')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const { value } = await db
    .selectFrom('notes')
    .select('value')
    .where('name', '=', secretNote)
    .executeTakeFirstOrThrow()
  return { id: row.id, rule: ruleOf(row), secret: String(JSON.parse(value)) }
}

export async function addRule(db: Db, rule: SamplingRule, by: number | null, now: Date): Promise<number> {
  const { everyPart, nominal, anomalous, review } = rule
  const added = await db
    .insertInto('sampling_rules')
    .values({ since: now.getTime(), by, every_part: everyPart, nominal, anomalous, review })
    .returning('id')
    .executeTakeFirst()
  return present(added, 'the rule just added').id
}

/** The newest first. */
export async function listRules(db: Db): Promise<SamplingRuleInForce[]> {
  const rows = await db.selectFrom('sampling_rules').selectAll().orderBy('id', 'desc').execute()
  const name = await namesOf(
    db,
    rows.map(({ by }) => by),
  )
  return rows.map((row) => ({
    id: row.id,
    rule: ruleOf(row),
    from: isoTime(row.since),
    by: row.by === null ? null : name(row.by),
  }))
}

const ruleOf = (row: Selectable<SamplingRulesTable>): SamplingRule => ({
  everyPart: row.every_part,
  nominal: row.nominal,
  anomalous: row.anomalous,
  review: row.review,
})
