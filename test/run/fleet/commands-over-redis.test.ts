import { describeCommands } from './commands-by-fleet.ts'
import { redisQueue } from './fleet-helpers.ts'

describeCommands(redisQueue, [
  'train',
  'check',
  'diagnose',
  'experiment',
  'sweep',
  'views',
  'broken',
  'textures',
  'budget',
])
