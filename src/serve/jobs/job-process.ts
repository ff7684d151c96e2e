/** The other side of `local-executor.ts`: a process of its own that does one job and ends. */
import { constants, setPriority } from 'node:os'
import { PlumblineError } from '../../errors.ts'
import type { Task } from '../../task.ts'
import { ProblemError } from '../problem.ts'
import type { JobOrder, JobWord } from './local-executor.ts'
import { runJob } from './run-job.ts'

/** Progress is told no oftener: thousands of words at once would wait for each other, and the last for all of them. */
const tellMs = 100

/** @returns When it is on its way, or nobody hears any more. */
const say = (word: JobWord): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) resolve()
    else process.send(word, () => resolve())
  })
const controller = new AbortController()
let hasEnded = false

const task: Task = {
  signal: controller.signal,
  progress(label, unit) {
    let toldAt = -Infinity
    return {
      update(done, total, detail = '') {
        if (done !== total && performance.now() - toldAt < tellMs) return
        toldAt = performance.now()
        void say({ kind: 'progress', label, unit, done, total, detail: detail || null })
      },
      end() {},
    }
  },
  note: (message) => void say({ kind: 'note', message }),
}

process.on('disconnect', () => {
  if (!hasEnded) process.exit(1) // the station has gone: what is done is kept, and it goes on when the job is begun again
})
process.on('message', (order: JobOrder | 'cancel') => {
  if (order === 'cancel') return controller.abort()
  void run(order)
})

async function run({ job, niceness, ...manner }: JobOrder): Promise<void> {
  try {
    if (niceness > 0) setPriority(Math.min(niceness, constants.priority.PRIORITY_LOW))
    const result = await runJob(job, manner, task)
    await say({ kind: 'done', result })
  } catch (error) {
    const isOurs = error instanceof PlumblineError || error instanceof ProblemError
    const code =
      error instanceof PlumblineError ? error.code : error instanceof ProblemError ? error.facts.code : 'BUG'
    const message = error instanceof Error ? error.message : String(error)
    await say({
      kind: 'failed',
      code,
      message,
      stack: isOurs || !(error instanceof Error) ? null : (error.stack ?? null),
    })
  }
  hasEnded = true
  process.disconnect()
}
