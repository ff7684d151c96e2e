/** The thread of the OPC UA server: loading its model takes a processor for seconds, which inspections must not wait for. */
import { serveJobs } from '../../threads/serve-jobs.ts'
import type { OpcuaAnswer, OpcuaJob } from './jobs.ts'
import {
  afterBeat,
  afterResult,
  afterSilence,
  afterState,
  firstValues,
  type PlcValues,
} from './plc-variables.ts'
import { type RunningServer, startServer } from './server.ts'

/** Without a beat for so long the station counts as silent. */
const silenceMs = 3000

let server: RunningServer | null = null
let values: PlcValues = firstValues
/** What is shown again when the station is heard of again. */
let lastShown: (() => PlcValues) | null = null
let lastBeat = performance.now()
let isSilent = false

const watching = setInterval(() => {
  if (server === null || isSilent || performance.now() - lastBeat < silenceMs) return
  isSilent = true
  write(afterSilence(values))
}, 250)

function write(next: PlcValues): void {
  values = next
  server?.nodes.write(next)
}

serveJobs<OpcuaJob, OpcuaAnswer, null>(async (job) => {
  lastBeat = performance.now()
  if (isSilent) {
    isSilent = false
    if (lastShown !== null) write(lastShown())
  }
  switch (job.kind) {
    case 'start':
      server = await startServer(job.settings, values)
      lastBeat = performance.now()
      return { result: server.url }
    case 'beat':
      write(afterBeat(values))
      return { result: null }
    case 'show': {
      const { state, isNewPart } = job
      lastShown = () => afterState(values, state, true)
      write(afterState(values, state, isNewPart))
      return { result: null }
    }
    case 'tell':
      if (job.isCurrent) write(afterResult(values, job.told))
      server?.nodes.raise(job.told)
      return { result: null }
    case 'stop':
      clearInterval(watching)
      await server?.stop()
      server = null
      return { result: null }
  }
})
