/** The processes in which a worker's steps are done: as many as it does at a time, started when they are first needed. */
import type { ChildProcess } from 'node:child_process'
import { CancelledError } from '../../errors.ts'
import { forkBeside } from '../../threads/fork-beside.ts'
import { roomyProcess } from '../../threads/heap-room.ts'
import type { JobFailure } from '../../work/engine.ts'

export interface ChildSettings {
  readonly store: string
  readonly folder: string
  readonly cacheBytes: number
}

export type ChildAsk = { readonly kind: 'step'; readonly id: string } | { readonly kind: 'stop' }

export type ChildReply =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'progress'
      readonly label: string
      readonly unit: string
      readonly done: number
      readonly total: number | null
    }
  | { readonly kind: 'note'; readonly message: string }
  | { readonly kind: 'done'; readonly result: string }
  | ({ readonly kind: 'failed'; readonly isCancelled: boolean } & Pick<
      JobFailure,
      'code' | 'message' | 'path'
    >)

/** What a step came to that has no result. */
export class ChildError extends Error {
  readonly failure: Omit<JobFailure, 'tries'>
  constructor(failure: Omit<JobFailure, 'tries'>) {
    super(failure.message)
    this.failure = failure
  }
}

export interface Children {
  /**
   * @param signal - Asks the step to stop; a process that does not is ended.
   * @throws {ChildError} It failed, or its process ended. @throws {CancelledError} It was asked to stop.
   */
  run(id: string, signal: AbortSignal, onReply: (reply: ChildReply) => void): Promise<string>
  close(): Promise<void>
}

/** How long a process has to stop that is asked to, in milliseconds. */
const graceMs = 5000

export function createChildren(settings: ChildSettings): Children {
  const idle: ChildProcess[] = []
  const all = new Set<ChildProcess>()
  const start = (): ChildProcess => {
    const child = forkBeside(import.meta.url, 'step-child', {
      args: [JSON.stringify(settings)],
      execArgv: [...process.execArgv.filter((word) => word.startsWith('--max-old')), ...roomyProcess],
      stderr: 'inherit',
    })
    all.add(child)
    child.once('exit', () => {
      all.delete(child)
      const at = idle.indexOf(child)
      if (at >= 0) idle.splice(at, 1)
    })
    return child
  }

  return {
    run(id, signal, onReply) {
      const child = idle.pop() ?? start()
      return new Promise((resolve, reject) => {
        let kill: NodeJS.Timeout | undefined
        const stop = (): void => {
          if (child.connected) child.send({ kind: 'stop' } satisfies ChildAsk)
          kill = setTimeout(() => child.kill('SIGKILL'), graceMs)
        }
        const settle = (isUsable: boolean): void => {
          clearTimeout(kill)
          signal.removeEventListener('abort', stop)
          child.removeAllListeners('message')
          child.removeListener('exit', ended)
          if (isUsable && child.connected) idle.push(child)
        }
        const ended = (code: number | null, by: NodeJS.Signals | null): void => {
          settle(false)
          const how = by === null ? `with code ${code}` : `by ${by}`
          reject(
            signal.aborted
              ? new CancelledError()
              : new ChildError({ kind: 'crash', code: 'BUG', message: `the process ended ${how}` }),
          )
        }
        child.on('exit', ended)
        child.on('message', (reply: ChildReply) => {
          if (reply.kind === 'done') {
            settle(true)
            resolve(reply.result)
          } else if (reply.kind === 'failed') {
            settle(true)
            const { isCancelled, kind: _, ...failure } = reply
            reject(isCancelled ? new CancelledError() : new ChildError({ kind: 'error', ...failure }))
          } else onReply(reply)
        })
        signal.addEventListener('abort', stop)
        if (signal.aborted) stop()
        child.send({ kind: 'step', id } satisfies ChildAsk)
      })
    },
    async close() {
      const ends = [...all].map((child) => new Promise((resolve) => child.once('exit', resolve)))
      for (const child of all) if (child.connected) child.disconnect()
      const late = setTimeout(() => {
        for (const child of all) child.kill('SIGKILL')
      }, graceMs)
      await Promise.all(ends)
      clearTimeout(late)
    },
  }
}
