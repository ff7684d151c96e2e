/**
 * Pictures brought to the model's size in a thread of their own while the model judges another: half of what a verdict takes of the main
 * thread otherwise (`bench/serve.bench.ts`). Where nobody is judged it is done here, without sending the pixels to and fro.
 */
import type { Image, PreparedImage } from '../../image/image.ts'
import type { ImageSource } from '../../inspect/inspector.ts'
import { createWorkerPool } from '../../threads/worker-pool.ts'
import type { ModelCard } from '../../wire/model.ts'
import type { PrepareJob } from './prepare-worker.ts'

export interface Preparer {
  /** What the model is given of a picture; as it came where the model has another way of preparing it. */
  prepare(name: string, image: Image, card: ModelCard): Promise<ImageSource>
  close(): Promise<void>
}

const mostThreads = 2

/**
 * @param threads - Of the station; with one, everything is done here.
 * @param isBusy - Whether the model judges another picture.
 */
export function createPreparer(threads: number, isBusy: () => boolean): Preparer {
  const workers = Math.min(mostThreads, threads - 1)
  if (workers === 0) return { prepare: async (_name, image) => image, async close() {} }
  const pool = createWorkerPool<PrepareJob, PreparedImage>(import.meta.url, 'prepare-worker', workers)
  return {
    async prepare(name, picture, { input, preparation }) {
      const seesWhole = preparation === null && input.tiles === undefined && input.roi === undefined
      if (!isBusy() || !seesWhole) return picture
      const { width, height, fit } = input
      const job = { image: picture, size: { width, height }, fit }
      try {
        return { path: name, picture, prepared: await pool.run(job) }
      } catch {
        return picture // a thread that has ended keeps nobody from a verdict, and what is wrong with a picture is said here too
      }
    },
    close: () => pool.close(),
  }
}
