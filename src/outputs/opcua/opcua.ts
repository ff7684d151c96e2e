/**
 * An OPC UA server in a thread of its own: state for PLCs in plain variables, results as the event ResultReady.
 *
 * A result that comes late (after a restart, or when the next part has begun) is told as an event and changes no variable: a PLC
 * must not take it for the part in front of it.
 */
import { createRequire } from 'node:module'
import type { Random } from '../../math/random.ts'
import { createWorkerPool, type WorkerPool } from '../../threads/worker-pool.ts'
import type { Delivery, Output, OutputState, Timepiece, Told } from '../contract.ts'
import { type BackOff, backOffMs } from '../courier/back-off.ts'
import { loadPackage } from '../load-package.ts'
import type { StationState } from '../station-state.ts'
import { waitAtMost } from '../time-limit.ts'
import type { OpcuaAnswer, OpcuaJob, OpcuaServerSettings } from './jobs.ts'

export interface OpcuaSettings extends OpcuaServerSettings {
  /** A result that is older is none of now. */
  readonly staleAfterMs: number
}

export interface OpcuaTools {
  readonly timepiece: Timepiece
  readonly random: Random
  readonly backOff: BackOff
  /** Something that a person should know. */
  readonly trouble: (reason: string) => void
}

const beatMs = 1000
/** How long a result waits for a server that is starting. */
const startWaitMs = 30_000

type Thread = WorkerPool<OpcuaJob, OpcuaAnswer>

/** @param at - Key for messages, `outputs[1]`. @throws {UsageError} The package is not installed. */
export async function openOpcua(settings: OpcuaSettings, at: string, tools: OpcuaTools): Promise<Output> {
  const { staleAfterMs, ...server } = settings
  const { timepiece, random, backOff, trouble } = tools
  await loadPackage('node-opcua', at, async () => createRequire(import.meta.url).resolve('node-opcua'))
  const stopping = new AbortController()
  let state: OutputState = 'starting'
  let thread: Thread | null = null
  let url = ''
  let lastReason = 'the server is starting'
  let shown: StationState | null = null
  let underWay = 0
  /** When the latest inspection began: results judged before are of another part. */
  let latestStart = Number.NEGATIVE_INFINITY
  let latest = { inspection: '', judged: Number.NEGATIVE_INFINITY }
  let up = new AbortController()

  async function keep(): Promise<void> {
    for (let failures = 1; !stopping.signal.aborted; failures++) {
      const starting: Thread = createWorkerPool(import.meta.url, 'opcua-worker', 1)
      try {
        url = (await starting.run({ kind: 'start', settings: server })) ?? ''
        if (shown !== null) await starting.run({ kind: 'show', state: shown, isNewPart: true })
        thread = starting
        state = 'up'
        failures = 0
        up.abort()
        while (!stopping.signal.aborted) {
          await starting.run({ kind: 'beat' })
          await timepiece.sleep(beatMs, stopping.signal)
        }
        await starting.run({ kind: 'stop' })
      } catch (error) {
        lastReason = (error as Error).message
        if (!stopping.signal.aborted) trouble(`the OPC UA server does not run: ${lastReason}`)
      } finally {
        thread = null
        state = 'down'
        if (up.signal.aborted) up = new AbortController()
        await starting.close()
      }
      if (!stopping.signal.aborted)
        await timepiece.sleep(backOffMs(failures, backOff, random), stopping.signal)
    }
  }

  async function deliver(told: Told, signal: AbortSignal): Promise<Delivery> {
    if (thread === null) await waitForStart(signal)
    if (thread === null) return { as: 'later', reason: lastReason }
    const { inspection, time } = told.message
    const judged = Date.parse(time)
    const isNew = inspection !== latest.inspection && judged >= Math.max(latest.judged, latestStart)
    const isCurrent = isNew && timepiece.now() - judged <= staleAfterMs
    if (isCurrent) latest = { inspection, judged }
    try {
      await thread.run({ kind: 'tell', told, isCurrent })
      return { as: 'delivered' }
    } catch (error) {
      return { as: 'later', reason: (error as Error).message }
    }
  }

  const waitForStart = (signal: AbortSignal): Promise<void> =>
    waitAtMost(startWaitMs, [signal, up.signal, stopping.signal])

  const keeping = keep()

  return {
    concurrency: 1,
    deliver,
    show(next) {
      const isNewPart = next.underWay > underWay
      if (isNewPart) latestStart = timepiece.now()
      underWay = next.underWay
      shown = next
      thread?.run({ kind: 'show', state: next, isNewPart }).catch(() => {}) // `keep` sees that the thread is gone
    },
    async probe(signal) {
      if (thread === null) await waitForStart(signal)
      return thread === null ? { ok: false, words: lastReason } : { ok: true, words: `listens at ${url}` }
    },
    state: () => state,
    async close() {
      stopping.abort()
      await keeping
    },
  }
}
