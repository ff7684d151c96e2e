/**
 * What the queue costs, and how far it reaches.
 *
 *     npx tsx bench/queue.bench.ts evaluate DATASET [queue|two|one]  # two workers of one thread against one process of two: the ratio of their times
 *     npx tsx bench/queue.bench.ts jobs [N]           # jobs a second through the queue alone, with 2 workers that do nothing
 *     npx tsx bench/queue.bench.ts store [N]          # contents a second into and out of a store on this disk
 *
 * Needs redis-server. The first is to be run on a machine that does nothing else.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { killWorker, lastingBytes, spawnWorker } from '../scripts/fleet/kill-run.ts'
import { sha256 } from '../src/files/hash.ts'
import { evaluateDataset } from '../src/pipeline.ts'
import { openEngine } from '../src/queue/open-engine.ts'
import { takeJobs } from '../src/queue/take-jobs.ts'
import { quietTask, type Task } from '../src/task.ts'
import { openFolderStore } from '../src/work/folder-store.ts'
import { getBlob, putBlob } from '../src/work/store.ts'
import { startRedis } from '../test/helpers/redis.ts'

const [what = 'jobs', argument, portion] = process.argv.slice(2)
const home = mkdtempSync(join(tmpdir(), 'plumbline-queue-bench-'))
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const seconds = (since: number): number => (performance.now() - since) / 1000

/** A portion each, so that none takes too long to be let alone with the machine: `queue`, `two`, `one`; all where none is named. */
async function evaluations(dataset: string, portion: string | undefined): Promise<void> {
  const isAsked = (name: string): boolean => portion === undefined || portion === name
  const times: number[] = []
  const all: string[] = []
  if (isAsked('queue')) {
    const redis = await startRedis()
    const store = join(home, 'store')
    const crew = [0, 1].map((i) => spawnWorker(redis.url, store, join(home, `own-${i}`)))
    try {
      await sleep(8000) // workers that have started, as they have in a fleet
      const began = performance.now()
      const options = { dataset, out: join(home, 'queue'), threads: 1, queue: redis.url, store }
      all.push(lastingBytes(await evaluateDataset(options, marks(began))))
      times.push(seconds(began))
      say(`two workers of one thread: ${seconds(began).toFixed(1)} s`)
    } finally {
      for (const worker of crew) killWorker(worker)
      await redis.stop()
    }
  }
  if (isAsked('two')) {
    const began = performance.now()
    await evaluateDataset(
      { dataset, out: join(home, 'two'), threads: 2, cache: join(home, 'cache-two') },
      marks(began),
    )
    times.push(seconds(began))
    say(`one process of two threads: ${seconds(began).toFixed(1)} s`)
  }
  if (isAsked('one')) {
    const cache = join(home, 'cache-one')
    all.push(lastingBytes(await evaluateDataset({ dataset, out: join(home, 'one'), threads: 1, cache })))
    say(`bytes as one process of one thread: ${all.map(sha256).join(' ')}`)
  }
  const [byQueue, byOne] = times
  if (byOne !== undefined && byQueue !== undefined) say(`ratio: ${(byQueue / byOne).toFixed(2)}`)
}

/** Says when each part ended. */
const marks = (began: number): Task => ({
  ...quietTask,
  progress: (label) => ({
    update() {},
    end: () => say(`  ${seconds(began).toFixed(1).padStart(6)} s ${label}`),
  }),
})

async function jobs(count: number): Promise<void> {
  const redis = await startRedis()
  const lane = 'bench'
  const engine = await openEngine(redis.url, lane, quietTask)
  let [done, began] = [0, performance.now()]
  try {
    const all = Array.from({ length: count }, (_, i) => ({
      id: `job${i}`,
      kind: 'features',
      label: `features ${i}`,
      tries: 3,
    }))
    await engine.add(all)
    say(`${count} jobs added: ${(count / seconds(began)).toFixed(0)} a second`)
    began = performance.now()
    const nothing = {
      url: redis.url,
      lane,
      jobs: 1,
      lockSeconds: 15,
      onNote: say,
      work: async () => 'nothing',
    }
    const crew = await Promise.all(
      ['a', 'b'].map((name) => takeJobs({ ...nothing, name, onRecorded: async () => void done++ })),
    )
    while (done < count) await sleep(10)
    say(`${count} jobs taken and recorded by two workers: ${(count / seconds(began)).toFixed(0)} a second`)
    began = performance.now()
    for (let i = 0; i < Math.min(count, 2000); i++) await engine.state(`job${i}`)
    say(`states asked for: ${(Math.min(count, 2000) / seconds(began)).toFixed(0)} a second`)
    for (const worker of crew) await worker.close(false)
  } finally {
    await engine.close()
    await redis.stop()
  }
}

async function contents(count: number): Promise<void> {
  const store = await openFolderStore(join(home, 'contents'))
  const hashes: string[] = []
  let began = performance.now()
  for (let i = 0; i < count; i++) {
    const bytes = new Uint8Array(100_000)
    new DataView(bytes.buffer).setUint32(0, i)
    hashes.push(await putBlob(store, bytes))
  }
  say(`contents of 100 kB put: ${(count / seconds(began)).toFixed(0)} a second`)
  began = performance.now()
  for (const hash of hashes) await getBlob(store, hash)
  say(`and got, verified: ${(count / seconds(began)).toFixed(0)} a second`)
}

try {
  if (what === 'evaluate') await evaluations(argument ?? '../shared/data/mtd', portion)
  else if (what === 'jobs') await jobs(Number(argument ?? 5000))
  else await contents(Number(argument ?? 2000))
} finally {
  rmSync(home, { recursive: true, force: true })
}
