/**
 * Renders on worker threads, one picture each at a time; with no workers, in this thread. The pictures are the same.
 *
 * The worker's file is the neighbour of this one with the same extension: compiled, it is JavaScript; in a checkout it is
 * TypeScript, which a thread does not inherit a loader for, so a small JavaScript file registers tsx first.
 */
import { Worker } from 'node:worker_threads'
import { type Rendering, renderLink } from './render-link.ts'
import type { RenderSpec } from './render-spec.ts'

export interface RenderPool {
  render(spec: RenderSpec): Promise<Rendering>
  /** Ends the threads; pictures still asked for are rejected. */
  close(): Promise<void>
}

export function createRenderPool(workers: number): RenderPool {
  return workers === 0 ? createLocalRenderer() : createWorkerPool(workers)
}

function createLocalRenderer(): RenderPool {
  return {
    async render(spec) {
      await new Promise((resolve) => setImmediate(resolve)) // lets a signal through between pictures
      return renderLink(spec)
    },
    async close() {},
  }
}

interface Job {
  readonly spec: RenderSpec
  readonly resolve: (rendering: Rendering) => void
  readonly reject: (reason: unknown) => void
}

function createWorkerPool(workers: number): RenderPool {
  const threads = Array.from({ length: workers }, startWorker)
  const idle = [...threads]
  const waiting: Job[] = []
  const running = new Map<Worker, Job>()
  let failure: unknown = null

  const next = (): void => {
    while (idle.length > 0 && waiting.length > 0) {
      const thread = idle.pop()!
      const job = waiting.shift()!
      running.set(thread, job)
      thread.postMessage(job.spec)
    }
  }
  const fail = (reason: unknown): void => {
    failure ??= reason
    for (const job of [...running.values(), ...waiting.splice(0)]) job.reject(failure)
    running.clear()
  }
  for (const thread of threads) {
    thread.on('message', (rendering: Rendering) => {
      running.get(thread)?.resolve(rendering)
      running.delete(thread)
      idle.push(thread)
      next()
    })
    thread.on('error', fail)
    thread.on('exit', (code) => fail(new Error(`a rendering thread ended with code ${code}`)))
  }
  return {
    render: (spec) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure)
        waiting.push({ spec, resolve, reject })
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
