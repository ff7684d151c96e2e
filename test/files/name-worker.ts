/** A worker for the test of temporary names: the first that it gives for a path. */
import { temporaryName } from '../../src/files/atomic.ts'
import { serveJobs } from '../../src/threads/serve-jobs.ts'

serveJobs((path: string) => ({ result: temporaryName(path) }))
