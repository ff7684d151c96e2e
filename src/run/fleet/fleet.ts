/**
 * The workers as a submitter sees them: give a step, get its result. A step whose result is in the store is not done again; one that
 * somebody else has submitted is waited for.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CancelledError,
  InputError,
  ModelError,
  PlumblineError,
  StatisticalError,
  UsageError,
} from '../../errors.ts'
import type { QueueRequest } from '../../options/queue-options.ts'
import { type Progress, quietTask, type Task } from '../../task.ts'
import type { Engine, JobFailure } from '../../work/engine.ts'
import { openFolderStore } from '../../work/folder-store.ts'
import { laneOf, type Making } from '../../work/making.ts'
import { type Step, stepBytes, stepId } from '../../work/step.ts'
import {
  findRecorded,
  readStepResult,
  recordInStore,
  type StepResult,
  type WorkerFacts,
} from '../../work/step-result.ts'
import { type Store, stepKey } from '../../work/store.ts'
import { announceLane, otherLanes } from './lanes.ts'

export interface Fleet {
  readonly store: Store
  readonly made: Making
  /** @throws {StepFailure} As the worker that tried it says. @throws {CancelledError} */
  do(step: Step, label: string, tries?: number): Promise<StepResult>
  /** Kinds of machines that had a hand in it so far, and in how many steps. */
  hands(): readonly Hand[]
  /** Nobody waits any longer for what was given: whoever does is told so by a {@link CancelledError}. Workers finish what they are at. */
  abandon(): void
  close(): Promise<void>
}

export type Hand = Omit<WorkerFacts, 'name'> & { readonly steps: number }

/** A step that no worker could do. */
export class StepFailure extends Error {
  readonly failure: JobFailure
  constructor(label: string, failure: JobFailure) {
    super(`${label}: ${failure.message}`)
    this.failure = failure
  }
}

/** Before a step whose process ends is given up. */
const usualTries = 3
/** Steps whose state is asked for in one round: so many of the oldest, which are done first as a rule, and so many of the others in turn. */
const window = 64
/** Without a worker for this long, somebody is told. */
const lonelyMs = 10_000

interface Awaited {
  readonly label: string
  readonly resolve: (result: StepResult) => void
  readonly reject: (reason: unknown) => void
  /** Gives it to the queue once more. */
  readonly submit: () => Promise<void>
  /** Done anew already, since its result was gone from the store. */
  isAgain: boolean
}

/** @returns Null where the work is done here. @throws as `openServer` and `openFolderStore`. */
export async function openFleet(
  request: Partial<QueueRequest>,
  made: Making,
  task: Task,
): Promise<Fleet | null> {
  const { queue, store: folder } = request
  if (queue == null) return null
  if (folder === undefined) throw new UsageError('store: --queue needs a folder that every worker sees')
  const store = await openFolderStore(folder)
  const { openEngine } = await import('../../queue/open-engine.ts')
  const lane = laneOf(made)
  // Asked on while the task is being cancelled, to take back what nobody has begun.
  const engine = await openEngine(queue, lane, { ...task, signal: quietTask.signal })
  await announceLane(store, lane)
  return createFleet(store, engine, made, task, request.whenStopped === 'withdraw')
}

/** @param isWithdrawn - What nobody has begun is taken back when the task is cancelled. */
export function createFleet(
  store: Store,
  engine: Engine & { othersAt?(lane: string): Promise<number> },
  made: Making,
  task: Task,
  isWithdrawn: boolean,
): Fleet {
  const awaited = new Map<string, Awaited>()
  /** Steps that are under way. Of those that are done only their names are kept: the store has their results. */
  const joined = new Map<string, Promise<StepResult>>()
  const told = new Set<string>()
  const hands = new Map<string, { facts: Omit<WorkerFacts, 'name'>; steps: number }>()
  let progress: Progress | undefined
  let [done, total] = [0, 0]
  let crew = ''
  let isPolling = false
  /** Until what nobody waits for has been taken back, if it is; undefined where it is waited for. */
  let abandoned: Promise<void> | undefined

  const finish = (id: string, result: StepResult): void => {
    if (!told.has(id)) {
      told.add(id)
      const { name: _, ...facts } = result.worker
      const key = JSON.stringify(facts)
      const hand = hands.get(key) ?? { facts, steps: 0 }
      hand.steps++
      hands.set(key, hand)
      done++
    }
    progress?.update(done, total, crew)
    awaited.get(id)?.resolve(result)
    awaited.delete(id)
  }
  const fail = (id: string, reason: unknown): void => {
    awaited.get(id)?.reject(reason)
    awaited.delete(id)
  }

  /** Settles a step of which something has become. */
  const ask = async (id: string, mine: Awaited): Promise<void> => {
    const state = await engine.state(id)
    if (!awaited.has(id)) return // abandoned meanwhile
    if (state.state === 'done') {
      const result = await readStepResult(store, id, state.result)
      if (result !== undefined) {
        await recordInStore(store, id, state.result)
        return finish(id, result)
      }
      if (mine.isAgain)
        return fail(id, new InputError(store.place, `the result of ${mine.label} is gone from the store`))
      mine.isAgain = true
      await engine.remove(id)
      return mine.submit()
    }
    if (state.state === 'failed') return fail(id, failureError(mine.label, state.failure))
    // The server has lost it: with its memory, or because somebody took it back.
    if (state.state === 'unknown') await mine.submit()
  }

  /** How far the others have been asked for. */
  let turn = 0
  const thisRound = (): (readonly [id: string, mine: Awaited])[] => {
    const all = [...awaited]
    const others = all.slice(window)
    if (turn >= others.length) turn = 0
    const some = others.slice(turn, turn + window)
    turn += window
    return [...all.slice(0, window), ...some]
  }

  const poll = async (): Promise<void> => {
    let [waitMs, lonelySince, isTold] = [50, performance.now(), false]
    let counted = -Infinity
    while (awaited.size > 0) {
      if (task.signal.aborted) return await cancel()
      const before = done
      for (const [id, mine] of thisRound()) {
        await ask(id, mine).catch((error: unknown) => fail(id, error))
        if (task.signal.aborted) return await cancel()
      }
      if (performance.now() - counted > 2000 && awaited.size > 0) {
        counted = performance.now()
        const { workers, active } = await engine.census().catch(() => ({ workers: 0, active: 0 }))
        crew = `${workers} worker${workers === 1 ? '' : 's'}, ${active} at work`
        progress?.update(done, total, crew)
        if (workers > 0) lonelySince = performance.now()
        else if (performance.now() - lonelySince > lonelyMs && !isTold) {
          isTold = true
          await tellLonely().catch((error: unknown) => {
            for (const id of [...awaited.keys()]) fail(id, error)
          })
        }
      }
      waitMs = done > before ? 50 : Math.min(500, waitMs * 1.5)
      await sleep(waitMs)
    }
    isPolling = false
  }

  const tellLonely = async (): Promise<void> => {
    for (const lane of await otherLanes(store, laneOf(made))) {
      if (((await engine.othersAt?.(lane)) ?? 0) === 0) continue
      throw new UsageError(
        `--queue: the workers at ${engine.place} are ${lane}, and this is ${laneOf(made)}: install the same version on both sides`,
      )
    }
    task.note(
      `no worker is at ${engine.place}: start one with "plumbline worker --queue ${engine.place} --store ${store.place}"`,
    )
  }

  const withdraw = async (ids: Iterable<string>): Promise<void> => {
    for (const id of ids) await engine.remove(id).catch(() => {}) // somebody is at it
  }
  const cancel = async (): Promise<void> => {
    isPolling = false
    if (isWithdrawn) await withdraw(awaited.keys())
    else task.note('the workers go on with what was submitted; the same command finds it done')
    for (const id of [...awaited.keys()]) fail(id, new CancelledError())
  }

  const start = async (step: Step, id: string, label: string, tries: number): Promise<StepResult> => {
    const recorded = await findRecorded(store, id)
    const kept = recorded === undefined ? undefined : await readStepResult(store, id, recorded)
    if (!told.has(id)) total++
    if (kept !== undefined) {
      finish(id, kept)
      return kept
    }
    const key = stepKey(id)
    if (!(await store.has(key))) await store.put(key, stepBytes(step))
    const { kind } = step // all that is kept of it until it is done
    const submit = () => engine.add([{ id, kind, label, tries }])
    const earlier = await engine.state(id)
    if (earlier.state === 'failed') await engine.remove(id) // of another day: it may go now
    await submit()
    progress ??= task.progress('work', 'steps')
    progress.update(done, total, crew)
    if (abandoned !== undefined) {
      if (isWithdrawn) await withdraw([id]) // it came after the others were taken back
      throw new CancelledError()
    }
    return new Promise((resolve, reject) => {
      awaited.set(id, { label, submit, resolve, reject, isAgain: false })
      if (isPolling) return
      isPolling = true
      poll().catch((error: unknown) => {
        isPolling = false
        for (const one of [...awaited.keys()]) fail(one, error)
      })
    })
  }

  return {
    store,
    made,
    do(step, label, tries = usualTries) {
      if (task.signal.aborted || abandoned !== undefined) return Promise.reject(new CancelledError())
      const id = stepId(step)
      const found = joined.get(id)
      if (found !== undefined) return found
      const result = start(step, id, label, tries)
      joined.set(id, result)
      const forget = () => void joined.delete(id)
      result.then(forget, forget)
      return result
    },
    hands: () => [...hands.values()].map(({ facts, steps }) => ({ ...facts, steps })),
    abandon() {
      const ids = [...awaited.keys()]
      abandoned ??= isWithdrawn ? withdraw(ids) : Promise.resolve()
      for (const id of ids) fail(id, new CancelledError())
    },
    async close() {
      await abandoned
      progress?.end()
      await engine.close()
    },
  }
}

/** The error that a worker met, as it would have been thrown here. */
function failureError(label: string, failure: JobFailure): Error {
  const { code, message, path, kind, tries, worker } = failure
  if (kind === 'crash') {
    return new StepFailure(label, {
      ...failure,
      message: `its process ended each of ${tries} times: ${message}`,
    })
  }
  const reason =
    path !== undefined && message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message
  // The file may be one of the worker's machine.
  const words = worker === undefined ? reason : `${reason} (at the worker ${worker})`
  if (code === 'INPUT') return new InputError(path ?? label, words)
  if (code === 'MODEL') return new ModelError(path ?? label, words)
  if (code === 'STATISTICS') return new StatisticalError(message)
  if (code === 'USAGE') return new UsageError(message)
  if (code === 'BUG') return new StepFailure(label, failure)
  return new ToldError(code, `${label}: ${words}`)
}

/** What a worker says of no file and that is no fault of the program either: a training that was lost. */
class ToldError extends PlumblineError {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
