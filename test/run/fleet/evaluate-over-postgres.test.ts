import { postgresPrograms, startPostgres } from '../../helpers/postgres.ts'
import { describeEvaluation } from './evaluate-by-fleet.ts'

const missing = postgresPrograms === null ? 'PostgreSQL is not installed' : null

describeEvaluation('PostgreSQL', missing, async () => {
  const server = await startPostgres()
  return { url: await server.newDatabase(), stop: () => server.stop() }
})
