/** A submitter's side, over a queue in memory: what it does when results, jobs, workers or patience go missing. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  CancelledError,
  InputError,
  PlumblineError,
  StatisticalError,
  UsageError,
} from '../../../src/errors.ts'
import { together } from '../../../src/run/fleet/first-failure.ts'
import { createFleet } from '../../../src/run/fleet/fleet.ts'
import { announceLane } from '../../../src/run/fleet/lanes.ts'
import type { Engine, JobState } from '../../../src/work/engine.ts'
import { openFolderStore } from '../../../src/work/folder-store.ts'
import { laneOf, makingHere } from '../../../src/work/making.ts'
import { type Step, stepId } from '../../../src/work/step.ts'
import { recordInStore } from '../../../src/work/step-result.ts'
import { blobKey, putBlob, type Store } from '../../../src/work/store.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { heardTask } from './fleet-helpers.ts'

const made = makingHere('1.0.0', { device: 'cpu', threads: 1, batch: 8 })
const stepOf = (order: unknown): Step => ({ kind: 'fit', made, order })
let store: Store
let folder = ''

beforeEach(async () => {
  folder = join(temporaryFolder(), 'store')
  store = await openFolderStore(folder)
})

async function resultOf(id: string, value: unknown): Promise<string> {
  const worker = { name: 'w', processor: 'x64', node: 'v20', onnxruntime: '1.0.0' }
  const result = { step: id, value, files: [], worker, seconds: 1 }
  return putBlob(store, new TextEncoder().encode(JSON.stringify(result)))
}

/** @param work - What becomes of a job when it is first asked after. */
function memoryEngine(work: (id: string) => Promise<JobState>) {
  const jobs = new Map<string, JobState>()
  const log: string[] = []
  const engine: Engine & { othersAt(lane: string): Promise<number> } = {
    place: 'memory',
    async add(added) {
      for (const { id } of added) {
        if (jobs.has(id)) continue
        log.push(`add ${id.slice(0, 4)}`)
        jobs.set(id, { state: 'waiting' })
      }
    },
    async state(id) {
      const state = jobs.get(id) ?? { state: 'unknown' as const }
      if (state.state === 'waiting') jobs.set(id, await work(id))
      return state
    },
    async remove(id) {
      log.push(`remove ${id.slice(0, 4)}`)
      jobs.delete(id)
    },
    census: async () => ({ workers: 0, waiting: 0, active: 0 }),
    othersAt: async () => 2,
    async close() {},
  }
  return { engine, jobs, log }
}

const done = async (id: string): Promise<JobState> => ({
  state: 'done',
  result: await resultOf(id, 7),
  worker: 'w',
})

describe('a step', () => {
  it('is submitted once, whoever asks for it, and its result is recorded in the store', async () => {
    const { engine, log } = memoryEngine(done)
    const fleet = createFleet(store, engine, made, heardTask(), false)
    const [a, b] = await Promise.all([fleet.do(stepOf('a'), 'a'), fleet.do(stepOf('a'), 'a again')])
    expect([a.value, b.value]).toEqual([7, 7])
    expect(log).toHaveLength(1)
    expect(fleet.hands()).toMatchObject([{ processor: 'x64', steps: 1 }])
    const other = memoryEngine(done)
    const later = createFleet(store, other.engine, made, heardTask(), false)
    expect((await later.do(stepOf('a'), 'a')).value).toBe(7)
    expect(other.log).toEqual([]) // the store knew
  })

  it('that is asked for once more is read from the store, and counts once', async () => {
    const { engine, log } = memoryEngine(done)
    const fleet = createFleet(store, engine, made, heardTask(), false)
    const first = await fleet.do(stepOf('a'), 'a')
    const second = await fleet.do(stepOf('a'), 'a')
    expect(second).toEqual(first)
    expect(second).not.toBe(first) // nothing of it was kept
    expect(log).toHaveLength(1)
    expect(fleet.hands()).toMatchObject([{ steps: 1 }])
  })

  it('has another name with other threads, another version, another processor or another order', () => {
    const base = stepOf({ a: 1, b: 2 })
    expect(stepId(stepOf({ b: 2, a: 1 }))).toBe(stepId(base)) // the same, said in another order
    const others = [
      stepOf({ a: 1, b: 3 }),
      { ...base, kind: 'judge' as const },
      ...[
        { threads: 2 },
        { batch: 4 },
        { processor: 'arm64' },
        { plumbline: '9.9.9' },
        { onnxruntime: '2' },
      ].map((more) => ({ ...base, made: { ...made, ...more } })),
    ]
    expect(new Set([base, ...others].map(stepId)).size).toBe(others.length + 1)
  })

  it('is done again where its result is gone from the store', async () => {
    const id = stepId(stepOf('a'))
    const lost = await resultOf(id, 1)
    rmSync(join(folder, blobKey(lost)))
    await recordInStore(store, id, lost)
    let times = 0
    const { engine, log } = memoryEngine(async (asked) =>
      times++ === 0 ? { state: 'done', result: lost, worker: 'w' } : done(asked),
    )
    const fleet = createFleet(store, engine, made, heardTask(), false)
    expect((await fleet.do(stepOf('a'), 'a')).value).toBe(7)
    expect(log.map((line) => line.split(' ')[0])).toEqual(['add', 'remove', 'add'])
  })

  it('is added again where the server has forgotten it', async () => {
    const { engine, jobs, log } = memoryEngine(async (id) => {
      if (log.length > 1) return done(id)
      setTimeout(() => jobs.clear(), 20)
      return { state: 'active' }
    })
    const fleet = createFleet(store, engine, made, heardTask(), false)
    expect((await fleet.do(stepOf('a'), 'a')).value).toBe(7)
    expect(log).toHaveLength(2)
  })

  it('that failed on another day is tried again; that fails now is told with its own kind of error', async () => {
    const failure = {
      kind: 'error',
      code: 'INPUT',
      message: 'x.png: is empty',
      path: 'x.png',
      tries: 1,
    } as const
    const { engine, jobs } = memoryEngine(async (id) =>
      id === stepId(stepOf('old')) ? done(id) : { state: 'failed', failure },
    )
    jobs.set(stepId(stepOf('old')), { state: 'failed', failure })
    const fleet = createFleet(store, engine, made, heardTask(), false)
    expect((await fleet.do(stepOf('old'), 'old')).value).toBe(7)
    const error = await fleet.do(stepOf('new'), 'new').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InputError)
    expect(String(error)).toBe('InputError: x.png: is empty')
  })

  it('that is done is found behind however many that are not', async () => {
    const last = stepId(stepOf('last'))
    const { engine, log } = memoryEngine(async (id) => (id === last ? done(id) : { state: 'active' }))
    const fleet = createFleet(store, engine, made, heardTask(), false)
    const endless = Array.from({ length: 300 }, (_, i) => fleet.do(stepOf(i), `${i}`))
    const ends = Promise.allSettled(endless)
    await expect.poll(() => log.length).toBe(300)
    expect((await fleet.do(stepOf('last'), 'last')).value).toBe(7)
    fleet.abandon()
    expect((await ends).map(({ status }) => status)).toEqual(Array(300).fill('rejected'))
  })

  it.each([
    [
      'a training that was lost',
      {
        kind: 'error',
        code: 'LOSS',
        message: 'csflow, step 3: the likelihood overflows; a lower rate may help',
      },
      'LOSS',
      /^\S+: fold 2: fit: csflow, step 3: .* overflows; a lower rate may help \(at the worker host-7\)$/,
    ],
    [
      'a fault of ours',
      { kind: 'error', code: 'BUG', message: 'TypeError: x is not a function' },
      undefined,
      /^Error: fold 2: fit: TypeError: x is not a function$/,
    ],
  ] as const)('is told as what it was: %s', async (_, told, code, words) => {
    const { engine } = memoryEngine(async () => ({
      state: 'failed',
      failure: { ...told, worker: 'host-7', tries: 1 },
    }))
    const fleet = createFleet(store, engine, made, heardTask(), false)
    const error = await fleet.do(stepOf('a'), 'fold 2: fit').catch((thrown: unknown) => thrown)
    expect(error instanceof PlumblineError ? error.code : undefined).toBe(code)
    expect(String(error)).toMatch(words)
  })
})

describe('a submitter', () => {
  const never = async (): Promise<JobState> => ({ state: 'waiting' })

  it.each([
    [false, 'the workers go on', []],
    [true, '', ['remove']],
  ] as const)('that is stopped leaves the work or takes it back (%s)', async (isWithdrawn, words, then) => {
    const told = new AbortController()
    const task = heardTask(told.signal)
    const { engine, log } = memoryEngine(never)
    const fleet = createFleet(store, engine, made, task, isWithdrawn)
    const waiting = fleet.do(stepOf('a'), 'a')
    await sleep(100)
    told.abort()
    await expect(waiting).rejects.toBeInstanceOf(CancelledError)
    expect(log.slice(1).map((line) => line.split(' ')[0])).toEqual(then)
    expect(task.notes.join()).toContain(words)
  })

  it.each([
    [false, ['add']],
    [true, ['add', 'remove']],
  ] as const)(
    'ends with the first step that fails, whatever is beside it, which stays or is taken back (%s)',
    async (isWithdrawn, commands) => {
      const failure = { kind: 'error', code: 'STATISTICS', message: 'too few images', tries: 1 } as const
      const { engine, log } = memoryEngine(async (id) =>
        id === stepId(stepOf('bad')) ? { state: 'failed', failure } : { state: 'waiting' },
      )
      const fleet = createFleet(store, engine, made, heardTask(), isWithdrawn)
      const needed = together(fleet)
      const works = ['endless', 'bad'].map((order) => needed.of(fleet.do(stepOf(order), order)))
      const error = await needed.all(works).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(StatisticalError)
      expect(needed.isLost()).toBe(true)
      await expect(works[0]).rejects.toBeInstanceOf(CancelledError)
      await expect(fleet.do(stepOf('late'), 'late')).rejects.toBeInstanceOf(CancelledError)
      await fleet.close()
      const endless = stepId(stepOf('endless')).slice(0, 4)
      expect(log.filter((line) => line.endsWith(endless)).map((line) => line.split(' ')[0])).toEqual(commands)
    },
  )

  it('that reaches the queue only after the others were taken back is taken back too', async () => {
    const { engine, log } = memoryEngine(async () => ({ state: 'waiting' }))
    let letIn = (): void => {}
    const held = new Promise<void>((resolve) => {
      letIn = resolve
    })
    const slow: typeof engine = { ...engine, add: (jobs) => held.then(() => engine.add(jobs)) }
    const fleet = createFleet(store, slow, made, heardTask(), true)
    const step = fleet.do(stepOf('late'), 'late')
    fleet.abandon()
    letIn()
    await expect(step).rejects.toBeInstanceOf(CancelledError)
    await fleet.close()
    expect(log.map((line) => line.split(' ')[0])).toEqual(['add', 'remove'])
  })

  it('that finds only workers of another version says both', async () => {
    await announceLane(store, 'plumbline-0.0.7-ort-1.0.0')
    const { engine } = memoryEngine(never)
    const fleet = createFleet(store, engine, made, heardTask(), false)
    const error = await fleet.do(stepOf('a'), 'a').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UsageError)
    expect(String(error)).toContain('plumbline-0.0.7-ort-1.0.0')
    expect(String(error)).toContain(laneOf(made))
  }, 30_000)
})
