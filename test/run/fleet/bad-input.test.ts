/** What can be wrong with a fleet, and what its people are told: versions, a store that fails, data that changes, a submitter that is stopped. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { countRecorded } from '../../../scripts/fleet/kill-run.ts'
import { rememberContents } from '../../../src/backbone/file-contents.ts'
import { InputError, UsageError } from '../../../src/errors.ts'
import { evaluateDataset, trainModel } from '../../../src/pipeline.ts'
import { openEngine } from '../../../src/queue/open-engine.ts'
import { takeJobs } from '../../../src/queue/take-jobs.ts'
import { laneHere } from '../../../src/run/fleet/lanes.ts'
import { bringFile } from '../../../src/run/fleet/sample-ref.ts'
import { workForOthers } from '../../../src/run/fleet/work-for-others.ts'
import { quietTask } from '../../../src/task.ts'
import { openFolderStore } from '../../../src/work/folder-store.ts'
import { makeStripedDataset } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { lasting, postgresQueue, preload, redisQueue, skipped, startWorker } from './fleet-helpers.ts'

const patience = { timeout: 120_000, interval: 100 }
const quick = {
  ...{ threads: 1, backbone: 'filterbank', size: { width: 64, height: 64 } },
  detectorOptions: { bankSize: 64 },
}
const thrownBy = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => null,
    (error: unknown) => error,
  )

describe.each([redisQueue, postgresQueue])('versions that differ', (queue) => {
  const other = 'plumbline-0.0.7-ort-1.0.0'
  it.skipIf(queue.missing !== null)(
    `are named on both sides, over ${queue.name}${skipped(queue)}`,
    async () => {
      const home = temporaryFolder()
      const folder = join(home, 'store')
      const server = await queue.start()
      const strangers = await openEngine(server.url, other, quietTask)
      const store = await openFolderStore(folder)
      await store.put(`fleet/${other}.json`, new TextEncoder().encode('{}')) // as that version does
      await strangers.add([{ id: 'a', kind: 'fit', label: 'a', tries: 1 }])
      const both = new RegExp(`${other}.*this is ${laneHere()}: install the same version on both sides`)

      const lasts = startWorker(server.url, folder)
      await vi.waitUntil(() => lasts.notes.some((note) => both.test(note)), patience)
      await lasts.stop()
      const options = { queue: server.url, store: folder, cache: join(home, 'own'), whenEmpty: 1 }
      const error = await thrownBy(workForOthers(options))
      expect(error).toBeInstanceOf(UsageError)
      expect(String(error)).toMatch(both)
      expect(String(error)).toContain('1 job waits')
      expect(await strangers.state('a')).toEqual({ state: 'waiting' }) // nobody took it

      const nobody = { work: async () => 'x', onRecorded: async () => {}, onNote: () => {} }
      const taking = await takeJobs({
        ...{ url: server.url, lane: other, name: 'w', jobs: 1, lockSeconds: 3, ...nobody },
      })
      const dataset = await makeStripedDataset({ masks: false })
      const asked = { ...quick, dataset, out: join(home, 'run'), folds: 2, queue: server.url, store: folder }
      const refused = await thrownBy(evaluateDataset(asked))
      expect(refused).toBeInstanceOf(UsageError)
      expect(String(refused)).toMatch(both)
      await taking.close(true)
      await strangers.close()
      await server.stop()
    },
    120_000,
  )
})

describe.skipIf(redisQueue.missing !== null)(`over Redis${skipped(redisQueue)}`, () => {
  const home = temporaryFolder()
  const flag = join(home, 'is-full')
  const takeBack = preload(new URL(`failing-store.mjs?flag=${encodeURIComponent(flag)}`, import.meta.url))
  const cleanUp: (() => Promise<void>)[] = []
  let dataset = ''
  let server: Awaited<ReturnType<typeof redisQueue.start>>
  beforeAll(async () => {
    dataset = await makeStripedDataset({ masks: false })
    server = await redisQueue.start()
  }, 60_000)
  afterEach(async () => {
    for (const end of cleanUp.splice(0)) await end()
  })
  afterAll(async () => {
    takeBack()
    await server?.stop()
  })
  const worker = (store: string) => {
    const started = startWorker(server.url, store)
    cleanUp.push(() => started.stop())
    return started
  }
  const census = async () => {
    const engine = await openEngine(server.url, laneHere(), quietTask)
    const counts = await engine.census()
    await engine.close()
    return counts
  }
  /** Steps that wait for a worker. */
  const waiting = async (): Promise<number> => (await census()).waiting
  /** Until no step waits or is worked on. */
  const idle = () =>
    vi.waitUntil(async () => {
      const counts = await census()
      return counts.waiting + counts.active === 0
    }, patience)

  it('a store that fails under a step is named with the reason, the worker and the way out; then all goes on', async () => {
    const store = join(home, 'failing/store')
    const here = await evaluateDataset({ ...quick, dataset, folds: 2, out: join(home, 'here') })
    const options = { ...quick, dataset, folds: 2, out: join(home, 'run'), queue: server.url, store }
    const { notes } = worker(store)
    for (const [code, words] of [
      ['ENOSPC', /the disk is full; make room there: the same command goes on/],
      ['EROFS', /the file system is read-only; whoever submits or works must be able to write there/],
    ] as const) {
      writeFileSync(flag, code)
      const error = await thrownBy(evaluateDataset(options))
      expect(error).toBeInstanceOf(InputError)
      expect(String(error)).toMatch(words)
      expect(String(error)).toMatch(/store\/blobs\/.*cannot be written to the store.*at the worker \S+-\d+\)/)
      await idle() // the run ends with the first step that fails
    }
    rmSync(flag)
    expect(lasting(await evaluateDataset(options))).toBe(lasting(here)) // by the same worker
    expect(notes.filter((note) => / done in /.test(note))).toHaveLength(2 + 2 + 2)
    expect([...countRecorded(store).values()]).toEqual(Array(6).fill(1))
  }, 180_000)

  it('a dataset that changes between submission and work is an error that names a file', async () => {
    const changing = await makeStripedDataset({ masks: false })
    const [out, store] = [join(home, 'model'), join(home, 'changing/store')]
    const training = trainModel({ ...quick, dataset: changing, out, queue: server.url, store })
    training.catch(() => {}) // thrown where it is awaited
    await vi.waitUntil(async () => (await waiting()) >= 2, patience) // both shards
    for (let i = 0; i < 9; i++)
      writeFileSync(join(changing, `good/good-${i}.png`), readFileSync(join(changing, `spot/spot-${i}.png`)))
    worker(store)
    const error = await thrownBy(training)
    expect(error).toBeInstanceOf(InputError)
    expect(String(error)).toMatch(/good\/good-\d\.png: has changed since the run began: start again/)
    expect(existsSync(join(out, 'model.json'))).toBe(false)
  }, 180_000)

  it('a file that changes while it is submitted is an error that names it', async () => {
    const path = join(home, 'part.png')
    writeFileSync(path, 'one')
    const store = await openFolderStore(join(home, 'submitting/store'))
    const contents = rememberContents({ isSteady: true })
    const { sha256 } = await contents.identify(path)
    writeFileSync(path, 'one') // another time, the same content
    expect((await contents.identify(path)).sha256).toBe(sha256)
    const late = { identify: async () => ({ sha256, bytes: null }) } // it changes once its hash is known
    writeFileSync(path, 'two')
    for (const [known, words] of [
      [contents, 'has changed since the run began: start again'],
      [late, 'has changed while it was being submitted: start again'],
    ] as const) {
      const error = await thrownBy(bringFile(path, known, store))
      expect(error).toBeInstanceOf(InputError)
      expect(String(error)).toContain(`${path}: ${words}`)
    }
  })

  it('Ctrl-C at the submitter leaves the work or takes it back, as told; the same command joins what goes on', async () => {
    const store = join(home, 'stopped/store')
    const words = ['evaluate', dataset, '--out', join(home, 'stopped/run'), '--folds', '2', '--threads', '1']
    words.push('--backbone', 'filterbank', '--size', '64', '--option', 'bankSize=64')
    words.push('--queue', server.url, '--store', store)
    const run = (...more: string[]) => {
      const program = join(import.meta.dirname, '../../../src/cli/bin.ts')
      const child = spawn(process.execPath, ['--import', 'tsx', program, ...words, ...more], {
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let said = ''
      child.stderr.on('data', (data) => {
        said += data
      })
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
      return { child, ended, said: () => said }
    }
    const stopped = async (...more: string[]) => {
      const { child, ended, said } = run(...more)
      await vi.waitUntil(async () => (await waiting()) === 2 || child.exitCode !== null, patience)
      child.kill('SIGINT')
      expect(await ended).toBe(130)
      return said()
    }
    const withdrawn = await stopped('--when-stopped', 'withdraw')
    expect(await waiting()).toBe(0)
    expect(withdrawn).not.toContain('the workers go on')
    expect(await stopped()).toContain(
      'the workers go on with what was submitted; the same command finds it done',
    )
    expect(await waiting()).toBe(2)
    const { notes } = worker(store)
    await vi.waitUntil(() => notes.filter((note) => / done in /.test(note)).length === 2, patience)
    const again = run()
    expect(`${await again.ended} ${again.said()}`).toMatch(/^0 /)
    const done = notes.filter((note) => / done in /.test(note)).map((note) => note.replace(/: done.*/, ''))
    expect(done.filter((label) => label.startsWith('features'))).toHaveLength(2) // once, before it came again
    expect(done).toHaveLength(6)
  }, 300_000)
})
