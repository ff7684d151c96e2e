/** Inspections: written once, found again, counted. */

import type { Facets } from '../../wire/station/facets.ts'
import type { Db } from '../database/open-store.ts'
import type { Inspections } from '../records.ts'
import type { Station } from '../station.ts'
import { countRows, readPage } from './page.ts'
import { readPairs } from './pairs.ts'
import { recorder } from './record.ts'
import { toInspections } from './rows.ts'
import { readScores, readScoresJson } from './scores.ts'
import { readStrata, readTallies } from './tallies.ts'

/** How many of the latest inspections and corrections are looked at for what occurs. */
const lately = 5000

export function inspections(station: Station): Inspections {
  const { db, reads } = station.store
  return {
    ...recorder(station),
    async find(id) {
      const row = await db.selectFrom('inspections').selectAll().where('id', '=', id).executeTakeFirst()
      return row && (await toInspections(db, [row]))[0]
    },
    page: (query) => readPage(reads, query),
    count: (filter, limit = 10_000) => countRows(reads, filter, limit),
    tallies: (from, to, by) => readTallies(reads, from, to, by),
    strata: (model, from, to) => readStrata(reads, model, from, to),
    scores: (filter, limit) => readScores(reads, filter, limit),
    scoresJson: (filter, limit) => readScoresJson(station.store, filter, limit),
    pairs: (active, shadow, limit) => readPairs(reads, active, shadow, limit),
    facets: (limit = 100) => readFacets(reads, limit),
  }
}

async function readFacets(db: Db, limit: number): Promise<Facets> {
  // Empty ones are left out after the latest are taken: else the database walks through all lots to find the latest.
  const occurring = async (column: 'lot' | 'camera'): Promise<string[]> => {
    const rows = await db
      .selectFrom((eb) =>
        eb
          .selectFrom('inspections')
          .select([column, 'time'])
          .orderBy('time', 'desc')
          .limit(lately)
          .as('latest'),
      )
      .select((eb) => [column, eb.fn.max('time').as('last')])
      .where(column, 'is not', null)
      .groupBy(column)
      .orderBy('last', 'desc')
      .limit(limit)
      .execute()
    return rows.map((row) => String(row[column]))
  }
  const kinds = await db
    .selectFrom((eb) =>
      eb.selectFrom('corrections').select(['kind', 'id']).orderBy('id', 'desc').limit(lately).as('latest'),
    )
    .select((eb) => ['kind', eb.fn.max('id').as('last')])
    .where('kind', 'is not', null)
    .groupBy('kind')
    .orderBy('last', 'desc')
    .limit(limit)
    .execute()
  return {
    lots: await occurring('lot'),
    cameras: await occurring('camera'),
    kinds: kinds.map(({ kind }) => String(kind)),
    models: await db
      .selectFrom('models')
      .select(['name', 'fingerprint'])
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
  }
}
