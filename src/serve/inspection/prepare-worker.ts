/** A thread's side of `prepare-beside.ts`: brings pictures to a size, one after the other. */
import type { Fit, Image, Size } from '../../image/image.ts'
import { prepareImage } from '../../image/prepare-image.ts'
import { serveJobs } from '../../threads/serve-jobs.ts'

export interface PrepareJob {
  readonly image: Image
  readonly size: Size
  readonly fit: Fit
}

serveJobs(({ image, size, fit }: PrepareJob) => {
  const result = prepareImage(image, size, fit)
  return { result, transfer: [result.data.buffer] }
})
