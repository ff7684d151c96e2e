/** Renders on worker threads, one picture each at a time; with no workers, in this thread. The pictures are the same. */
import { createLocalPool, createWorkerPool, type WorkerPool } from '../threads/worker-pool.ts'
import { createLayerCache, layerKey } from './layer-cache.ts'
import { type RenderJob, type RenderResult, runJob } from './render-job.ts'
import type { Rendering } from './render-picture.ts'
import type { RenderSpec } from './render-spec.ts'

export interface RenderPool {
  readonly workers: number
  render(spec: RenderSpec): Promise<Rendering>
  /** Ends the threads; pictures still asked for are rejected. */
  close(): Promise<void>
}

/** @param cacheBytes - Memory for what pictures have in common (`layer-cache.ts`); worth it when datasets resemble each other. */
export function createRenderPool(workers: number, cacheBytes = 0): RenderPool {
  const { run, close }: WorkerPool<RenderJob, RenderResult> =
    workers === 0 ? createLocalPool(runJob) : createWorkerPool(import.meta.url, 'render-worker', workers)
  const cache = createLayerCache(cacheBytes)
  return {
    workers,
    async render(spec) {
      if (cacheBytes === 0) return (await run({ spec, layers: undefined, isKept: false })).rendering
      const key = layerKey(spec)
      const { rendering, layers } = await run({ spec, layers: cache.find(key), isKept: true })
      if (layers !== undefined) cache.add(key, layers)
      return rendering
    },
    close,
  }
}
