import { postgresPrograms, startPostgres } from '../../helpers/postgres.ts'
import { describeCommands } from './commands-by-fleet.ts'

const missing = postgresPrograms === null ? 'PostgreSQL is not installed' : null

describeCommands(
  'PostgreSQL',
  missing,
  async () => {
    const server = await startPostgres()
    return { url: await server.newDatabase(), stop: () => server.stop() }
  },
  ['train', 'check'],
)
