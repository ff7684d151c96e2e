/**
 * Pictures for people are made in a thread of their own, one at a time: the thread that judges decodes, shrinks and colours none of them,
 * however large they are and however many a page asks for. It begins with the first of them.
 */
import { PlumblineError } from '../../errors.ts'
import { createWorkerPool, type WorkerPool } from '../../threads/worker-pool.ts'
import type { PictureJob } from './picture-worker.ts'

export interface PictureMaker {
  /** @throws {InputError} It is no picture. */
  make(job: PictureJob): Promise<Uint8Array>
  close(): Promise<void>
}

export function createPictureMaker(): PictureMaker {
  let pool: WorkerPool<PictureJob, Uint8Array> | undefined
  return {
    async make(job) {
      pool ??= createWorkerPool(import.meta.url, 'picture-worker', 1)
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
      await pool?.close()
      pool = undefined
    },
  }
}
