/**
 * A worker's second process: does steps, one after the other, and ends without harm to the first when an image or a library takes it
 * down. What it says goes to the first, which holds the lock.
 */
import { CancelledError, PlumblineError } from '../../errors.ts'
import type { Task } from '../../task.ts'
import type { ChildAsk, ChildReply, ChildSettings } from './children.ts'
import { openWorkshop, type Workshop } from './steps/do-step.ts'

const settings: ChildSettings = JSON.parse(process.argv[2] ?? '{}')
const say = (reply: ChildReply): void => void process.send?.(reply)
let workshop: Promise<Workshop> | undefined
let stop = new AbortController()

process.on('message', (ask: ChildAsk) => {
  if (ask.kind === 'stop') stop.abort()
  else work(ask.id).then(say, (error: unknown) => say(failureOf(error)))
})
process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => {}) // the first process says when to stop
say({ kind: 'ready' })

async function work(id: string): Promise<ChildReply> {
  stop = new AbortController()
  workshop ??= openWorkshop(settings)
  workshop.catch(() => {
    workshop = undefined // the store may be there next time
  })
  const task: Task = {
    signal: stop.signal,
    progress: (label, unit) => ({
      update: (done, total) => say({ kind: 'progress', label, unit, done, total }),
      end() {},
    }),
    note: (message) => say({ kind: 'note', message }),
  }
  return { kind: 'done', result: await (await workshop).do(id, task) }
}

function failureOf(error: unknown): ChildReply {
  const isOurs = error instanceof PlumblineError
  return {
    kind: 'failed',
    isCancelled: error instanceof CancelledError,
    code: isOurs ? error.code : 'BUG',
    message:
      error instanceof Error ? (isOurs ? error.message : (error.stack ?? error.message)) : String(error),
    ...(isOurs && 'path' in error && typeof error.path === 'string' && { path: error.path }),
  }
}
