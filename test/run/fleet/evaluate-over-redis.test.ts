import { describeEvaluation } from './evaluate-by-fleet.ts'
import { redisQueue } from './fleet-helpers.ts'

describeEvaluation(redisQueue)
