/** A thread's side of `render-pool.ts`: takes jobs, gives renderings, one after the other. */
import { parentPort } from 'node:worker_threads'
import type { RenderJob } from './render-job.ts'
import { runJob } from './render-job.ts'

parentPort!.on('message', (job: RenderJob) => {
  const result = runJob(job)
  const { image, defectMask, foreground } = result.rendering
  parentPort!.postMessage(result, [
    image.data.buffer as ArrayBuffer,
    defectMask.data.buffer as ArrayBuffer,
    foreground.data.buffer as ArrayBuffer,
  ])
})
