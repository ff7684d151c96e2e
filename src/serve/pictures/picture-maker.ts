/**
 * Pictures for people are made in a thread of their own, one at a time: the thread that judges decodes, shrinks and colours none of them,
 * however large they are and however many a page asks for. It begins with the first of them.
 */
import { CancelledError, PlumblineError } from '../../errors.ts'
import { createWorkerPool, type WorkerPool } from '../../threads/worker-pool.ts'
import type { PictureJob } from './picture-worker.ts'

export interface PictureMaker {
  /** @throws {InputError} It is no picture. @throws {CancelledError} It was closed before its turn came. */
  make(job: PictureJob): Promise<Uint8Array>
  /** For good: whoever still waits, as for a page that has gone, starts no other thread. */
  close(): Promise<void>
}

/** @param open - Starts the thread; default one of `picture-worker.ts`. */
export function createPictureMaker(
  open: () => WorkerPool<PictureJob, Uint8Array> = () =>
    createWorkerPool(import.meta.url, 'picture-worker', 1),
): PictureMaker {
  let pool: WorkerPool<PictureJob, Uint8Array> | undefined
  let isClosed = false
  return {
    async make(job) {
      if (isClosed) throw new CancelledError()
      pool ??= open()
      const asked = pool
      try {
        return await asked.run(job)
      } catch (error) {
        // Its thread may have ended: whoever comes next gets another.
        if (!(error instanceof PlumblineError) && pool === asked) {
          pool = undefined
          await asked.close()
        }
        throw error
      }
    },
    async close() {
      isClosed = true
      await pool?.close()
    },
  }
}
