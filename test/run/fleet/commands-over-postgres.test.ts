import { describeCommands } from './commands-by-fleet.ts'
import { postgresQueue } from './fleet-helpers.ts'

describeCommands(postgresQueue, ['train', 'check', 'diagnose', 'experiment', 'sweep'])
