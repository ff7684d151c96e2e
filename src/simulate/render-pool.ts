/**
 * Renders on worker threads, one picture each at a time; with no workers, in this thread. The pictures are the same.
 *
 * The worker's file is the neighbour of this one with the same extension: compiled, it is JavaScript; in a checkout it is
 * TypeScript, which a thread does not inherit a loader for, so a small JavaScript file registers tsx first.
 */
import { Worker } from 'node:worker_threads'
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
  const { run, close } = workers === 0 ? createLocalRunner() : createWorkerRunner(workers)
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

interface Runner {
  run(job: RenderJob): Promise<RenderResult>
  close(): Promise<void>
}

function createLocalRunner(): Runner {
  return {
    async run(job) {
      await new Promise((resolve) => setImmediate(resolve)) // lets a signal through between pictures
      return runJob(job)
    },
    async close() {},
  }
}

interface Waiting {
  readonly job: RenderJob
  readonly resolve: (result: RenderResult) => void
  readonly reject: (reason: unknown) => void
}

function createWorkerRunner(workers: number): Runner {
  const threads = Array.from({ length: workers }, startWorker)
  const idle = [...threads]
  const waiting: Waiting[] = []
  const running = new Map<Worker, Waiting>()
  let failure: unknown = null

  const next = (): void => {
    while (idle.length > 0 && waiting.length > 0) {
      const thread = idle.pop()!
      const first = waiting.shift()!
      running.set(thread, first)
      thread.postMessage(first.job)
    }
  }
  const fail = (reason: unknown): void => {
    failure ??= reason
    for (const { reject } of [...running.values(), ...waiting.splice(0)]) reject(failure)
    running.clear()
  }
  for (const thread of threads) {
    thread.on('message', (result: RenderResult) => {
      running.get(thread)?.resolve(result)
      running.delete(thread)
      idle.push(thread)
      next()
    })
    thread.on('error', fail)
    thread.on('exit', (code) => fail(new Error(`a rendering thread ended with code ${code}`)))
  }
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure)
        waiting.push({ job, resolve, reject })
        next()
      }),
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()))
    },
  }
}

function startWorker(): Worker {
  const isSource = import.meta.url.endsWith('.ts')
  const entry = new URL(`./render-worker.${isSource ? 'ts' : 'js'}`, import.meta.url)
  if (!isSource) return new Worker(entry)
  const bootstrap = new URL('./typescript-worker.mjs', import.meta.url)
  return new Worker(bootstrap, { workerData: { entry: entry.href }, execArgv: [] })
}
