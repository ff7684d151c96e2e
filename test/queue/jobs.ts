/** What every server of queues must promise, asked of real ones. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type LaneEngine, openEngine } from '../../src/queue/open-engine.ts'
import { JobError, type Taking, type TakingOptions, takeJobs } from '../../src/queue/take-jobs.ts'
import { laneHere } from '../../src/run/fleet/lanes.ts'
import { quietTask } from '../../src/task.ts'
import type { Engine, JobState } from '../../src/work/engine.ts'
import { layCable } from './proxy.ts'

export interface ServerOfTest {
  readonly url: string
  /** Where a cable can be laid to, and the URL through it. */
  readonly target: number | string
  through(port: number): string
  stop(): Promise<void>
}

export function describeJobs(name: string, missing: string | null, start: () => Promise<ServerOfTest>): void {
  describe.skipIf(missing !== null)(
    `jobs on ${name}${missing === null ? '' : ` (skipped: ${missing})`}`,
    () => {
      let server: ServerOfTest
      let count = 0
      let lane = ''
      const open: (() => Promise<void>)[] = []
      const recorded: [id: string, result: string][] = []
      const notes: string[] = []

      beforeAll(async () => {
        server = await start()
      }, 60_000)
      afterAll(() => server?.stop())
      afterEach(async () => {
        for (const close of open.splice(0).reverse()) await close()
        recorded.length = 0
        notes.length = 0
      }, 60_000)

      const engineHere = async (): Promise<LaneEngine> => {
        const engine = await openEngine(server.url, lane, quietTask)
        open.push(() => engine.close())
        return engine
      }
      const worker = async (
        work: TakingOptions['work'],
        more: Partial<TakingOptions> = {},
      ): Promise<Taking> => {
        const taking = await takeJobs({
          ...{ url: server.url, lane, name: `w${open.length}`, jobs: 1, lockSeconds: 3, work },
          onRecorded: async (id, result) => void recorded.push([id, result]),
          onNote: (message) => void notes.push(message),
          ...more,
        })
        open.push(() => taking.close(true))
        return taking
      }
      const job = (id: string, tries = 2) => ({ id, kind: 'fit', label: id, tries })
      const settled = async (engine: Engine, id: string, seconds = 40): Promise<JobState> => {
        for (let i = 0; i < 10 * seconds; i++) {
          const state = await engine.state(id)
          if (state.state === 'done' || state.state === 'failed') return state
          await sleep(100)
        }
        throw new Error(`${id} is not settled: ${JSON.stringify(await engine.state(id))}`)
      }
      const fresh = () => {
        lane = `test-${name.toLowerCase()}-${count++}`
      }

      it('tells how many workers have come with another store', async () => {
        lane = laneHere() // as long as they are
        const engine = await engineHere()
        await worker(async () => '', { name: 'press-hall-3.works.example.com-12345', storeId: '0a1b2c3d' })
        await worker(async () => '', { storeId: 'ffffffff' })
        await worker(async () => '')
        await expect
          .poll(async () => (await engine.census()).workers, { timeout: 20_000, interval: 100 })
          .toBe(3)
        expect(await engine.strangersTo('0a1b2c3d')).toBe(1)
        expect(await engine.strangersTo('12345678')).toBe(2)
      }, 60_000)

      it('does each job once, however many submit it', async () => {
        fresh()
        const [one, two] = [await engineHere(), await engineHere()]
        const begun: string[] = []
        await one.add([job('a'), job('b')])
        await two.add([job('b'), job('c')])
        expect(await one.census()).toMatchObject({ workers: 0, waiting: 3, active: 0 })
        const work = async ({ id }: { id: string }) => {
          begun.push(id)
          return `result of ${id}`
        }
        await worker(work)
        await worker(work)
        for (const id of ['a', 'b', 'c']) {
          expect(await settled(two, id)).toMatchObject({ state: 'done', result: `result of ${id}` })
        }
        await one.add([job('a')]) // done already: joined, not done again
        expect(await settled(one, 'a')).toMatchObject({ state: 'done', result: 'result of a' })
        expect(begun.sort()).toEqual(['a', 'b', 'c'])
        expect(recorded.sort()).toEqual(['a', 'b', 'c'].map((id) => [id, `result of ${id}`]))
        expect(await one.state('nobody')).toEqual({ state: 'unknown' })
      }, 60_000)

      it('tries a crash again and an error not, and keeps what was said', async () => {
        fresh()
        const engine = await engineHere()
        const begun: string[] = []
        await engine.add([job('crash', 3), job('error', 3), job('heals', 3)])
        await worker(async ({ id }) => {
          begun.push(id)
          if (id === 'crash') throw new JobError({ kind: 'crash', code: 'BUG', message: 'by SIGSEGV' })
          if (id === 'error')
            throw new JobError({ kind: 'error', code: 'INPUT', message: 'x.png: is empty', path: 'x.png' })
          if (begun.filter((each) => each === id).length < 2)
            throw new JobError({ kind: 'crash', code: 'BUG', message: 'once' })
          return 'well'
        })
        expect(await settled(engine, 'crash')).toEqual({
          state: 'failed',
          failure: { kind: 'crash', code: 'BUG', message: 'by SIGSEGV', tries: 3 },
        })
        expect(await settled(engine, 'error')).toMatchObject({
          failure: { kind: 'error', code: 'INPUT', path: 'x.png', tries: 1 },
        })
        expect(await settled(engine, 'heals')).toMatchObject({ state: 'done', result: 'well' })
        await engine.remove('error')
        expect(await engine.state('error')).toEqual({ state: 'unknown' })
      }, 60_000)

      it('lets a worker that was cut off overwrite nothing', async () => {
        fresh()
        const cable = await layCable(server.target)
        open.push(() => cable.close())
        const engine = await engineHere()
        await engine.add([job('a')])
        let finishFirst: (result: string) => void = () => {}
        const begun = new Promise<void>((resolve) => {
          worker(
            () => {
              resolve()
              return new Promise((finish) => {
                finishFirst = finish
              })
            },
            { url: server.through(cable.port), name: 'cut off' },
          ).catch((error: unknown) => notes.push(String(error)))
        })
        await begun
        cable.cut()
        await worker(async () => 'of the second', { name: 'second' })
        expect(await settled(engine, 'a')).toEqual({
          state: 'done',
          result: 'of the second',
          worker: 'second',
        })
        finishFirst('of the first')
        cable.join()
        await sleep(3000) // time to write it, if it could
        expect(await engine.state('a')).toEqual({ state: 'done', result: 'of the second', worker: 'second' })
        expect(recorded).toEqual([['a', 'of the second']])
      }, 90_000)

      it('gives back at once what a worker is at that is told to stop, and counts no try', async () => {
        fresh()
        const engine = await engineHere()
        await engine.add([job('a', 1)])
        const first = await worker(
          ({ signal }) =>
            new Promise((_, reject) => {
              signal.addEventListener('abort', () =>
                reject(new JobError({ kind: 'crash', code: 'CANCELLED', message: 'stopped' })),
              )
            }),
        )
        for (let i = 0; (await engine.state('a')).state !== 'active' && i < 100; i++) await sleep(50)
        await first.close(true)
        open.pop()
        await worker(async () => 'done by another')
        expect(await settled(engine, 'a', 10)).toMatchObject({ state: 'done', result: 'done by another' })
      }, 60_000)
    },
  )
}
