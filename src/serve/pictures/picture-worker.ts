/** A thread's side of `picture-maker.ts`: pictures for people, one after the other. */
import { colourise } from '../../image/colour-map.ts'
import { decodeImage } from '../../image/decode-image.ts'
import { encodePng, encodeWebp } from '../../image/encode-image.ts'
import { shrinkImage, thumbnailSize } from '../../report/thumbnail.ts'
import { serveJobs } from '../../threads/serve-jobs.ts'
import { mapOf } from './map-of.ts'
import type { PictureFile } from './picture-file.ts'

/** `map`: an end of the scale that is not given is that of the map itself. */
export type PictureJob =
  | { readonly kind: 'thumbnail'; readonly picture: PictureFile; readonly side: number }
  | { readonly kind: 'png'; readonly picture: PictureFile }
  | { readonly kind: 'map'; readonly npy: Uint8Array; readonly low?: number; readonly high?: number }

serveJobs(async (job: PictureJob) => {
  const made = await make(job)
  // bytes of their own: what a library gave may lie in memory that is not to be given away
  const result = made.slice()
  return { result, transfer: [result.buffer] }
})

async function make(job: PictureJob): Promise<Uint8Array> {
  if (job.kind === 'map') {
    const map = mapOf(job.npy)
    const ends = endsOf(map.data)
    return encodePng(colourise(map, { low: job.low ?? ends.low, high: job.high ?? ends.high }))
  }
  const { bytes, reading } = job.picture
  const image = await decodeImage(bytes, reading)
  return job.kind === 'png'
    ? encodePng(image)
    : encodeWebp(shrinkImage(image, thumbnailSize(image, job.side)))
}

function endsOf(data: Float32Array): { readonly low: number; readonly high: number } {
  let [low, high] = [Infinity, -Infinity]
  for (const value of data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return { low, high }
}
