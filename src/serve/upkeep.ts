/** What a station does by itself, again and again: looks for models, tries its database again, deletes what is no longer kept. */
import { StorageError } from '../records/storage-error.ts'
import type { Context } from './context.ts'
import type { KnownModels } from './models/known-models.ts'
import { stationStateOf } from './station-state.ts'

const everyMs = {
  models: 2000,
  records: 2000,
  outputs: 1000,
  drift: 10_000,
  sweep: 3_600_000,
} as const

export interface Upkeep {
  /** Resolves when what is under way is done. */
  stop(): Promise<void>
}

export function startUpkeep(
  { drift, records, recorder, log, outputs, shelf, line }: Context,
  known: KnownModels,
): Upkeep {
  const underWay = new Set<Promise<void>>()
  const timers = [
    repeat(everyMs.models, 'models', () => known.refresh()),
    repeat(everyMs.records, 'records', () => recorder.retry()),
    repeat(everyMs.drift, 'drift', () => drift.save()),
    repeat(everyMs.sweep, 'sweep', async () => void (await records.upkeep.sweep())),
    repeat(everyMs.outputs, 'outputs', async () => outputs?.show(stationStateOf(shelf, line, false))),
  ]

  /** One at a time of each. */
  function repeat(ms: number, what: string, work: () => Promise<void>): NodeJS.Timeout {
    let isBusy = false
    const timer = setInterval(() => {
      if (isBusy) return
      isBusy = true
      const one = work()
        .catch((error: unknown) => {
          const reason = (error as Error).message
          if (error instanceof StorageError) log.warn({ what, reason }, 'upkeep')
          else log.error({ what, reason, stack: (error as Error).stack }, 'upkeep')
        })
        .finally(() => {
          isBusy = false
          underWay.delete(one)
        })
      underWay.add(one)
    }, ms)
    timer.unref()
    return timer
  }

  return {
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await Promise.all(underWay)
    },
  }
}
