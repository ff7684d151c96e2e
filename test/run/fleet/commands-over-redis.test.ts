import { noRedis, startRedis } from '../../helpers/redis.ts'
import { describeCommands } from './commands-by-fleet.ts'

describeCommands('Redis', noRedis, startRedis, [
  'train',
  'check',
  'diagnose',
  'experiment',
  'views',
  'broken',
  'textures',
  'budget',
])
