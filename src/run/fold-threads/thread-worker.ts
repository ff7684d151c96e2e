/** A thread's side of `fold-threads.ts`: one job after the other, the network opened once. */
import { serveJobs } from '../../threads/serve-jobs.ts'
import { createFoldThread, type FoldThread, type ThreadJob } from './thread-jobs.ts'
import type { VisionPlan } from './vision-plan.ts'

let thread: FoldThread | undefined

serveJobs(async (job: ThreadJob, visionPlan: VisionPlan, task) => {
  thread ??= createFoldThread(visionPlan)
  return { result: await thread.do(job, task) }
})
