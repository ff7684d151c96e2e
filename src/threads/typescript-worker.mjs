/** Starts a worker thread from TypeScript source; a checkout only, compiled packages start their workers directly. */
import { workerData } from 'node:worker_threads'
import { register } from 'tsx/esm/api'

register()
await import(workerData.entry)
