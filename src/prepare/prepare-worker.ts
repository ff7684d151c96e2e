/** A thread's side of the preparation: images one after the other, the segmenter made once. */
import { serveJobs } from '../threads/serve-jobs.ts'
import { createSegmenter, type SegmenterPlan } from './create-segmenter.ts'
import { type Job, runJob } from './jobs.ts'
import type { Segmenter } from './segmenter.ts'

let segmenter: Segmenter | undefined

serveJobs(async (job: Job, plan: SegmenterPlan) => {
  segmenter ??= createSegmenter(plan)
  return { result: await runJob(job, segmenter) }
})
