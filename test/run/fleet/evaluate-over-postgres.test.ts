import { describeEvaluation } from './evaluate-by-fleet.ts'
import { postgresQueue } from './fleet-helpers.ts'

describeEvaluation(postgresQueue)
