/** A worker for the test of the pool: powers; 13 fails, -1 ends the thread, and -2 counts until it is stopped. */
import process from 'node:process'
import { InputError } from '../../src/errors.ts'
import { checkCancelled } from '../../src/task.ts'
import { serveJobs } from '../../src/threads/serve-jobs.ts'

serveJobs(async (job: number, { power }: { readonly power: number }, task) => {
  if (job === 13) throw new InputError('thirteen', 'is unlucky')
  if (job === -1) process.exit(7)
  if (job === -2) {
    const progress = task.progress('counting', 'turns')
    task.note('begun')
    for (let turn = 1; ; turn++) {
      progress.update(turn, null, 'for ever')
      await new Promise((resolve) => setImmediate(resolve))
      if (task.signal.aborted) progress.end()
      checkCancelled(task)
    }
  }
  return { result: job ** power }
})
