/** A thread's side of `hands.ts`: one job after the other, the network opened once. */
import { serveJobs } from '../../threads/serve-jobs.ts'
import { createHand, type Hand, type HandJob } from './hand-jobs.ts'
import type { Sight } from './sight.ts'

let hand: Hand | undefined

serveJobs(async (job: HandJob, sight: Sight, task) => {
  hand ??= createHand(sight)
  return { result: await hand.do(job, task) }
})
