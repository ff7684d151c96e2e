/** A worker for the test of the pool: powers; 13 fails, and -1 ends the thread. */
import process from 'node:process'
import { InputError } from '../../src/errors.ts'
import { serveJobs } from '../../src/threads/serve-jobs.ts'

serveJobs((job: number, { power }: { readonly power: number }) => {
  if (job === 13) throw new InputError('thirteen', 'is unlucky')
  if (job === -1) process.exit(7)
  return { result: job ** power }
})
