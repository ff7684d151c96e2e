/** A thread's side of `render-pool.ts`: takes jobs, gives renderings, one after the other. */
import { serveJobs } from '../threads/serve-jobs.ts'
import { type RenderJob, runJob } from './render-job.ts'

serveJobs((job: RenderJob) => {
  const result = runJob(job)
  const { image, defectMask, foreground } = result.rendering
  return { result, transfer: [image, defectMask, foreground].map(({ data }) => data.buffer) }
})
