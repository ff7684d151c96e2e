import { noRedis, startRedis } from '../../helpers/redis.ts'
import { describeEvaluation } from './evaluate-by-fleet.ts'

describeEvaluation('Redis', noRedis, startRedis)
