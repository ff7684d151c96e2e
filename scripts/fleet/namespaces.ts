/**
 * Three workers on simulated hosts: each in a network namespace of its own, joined by a bridge. One is cut off in the middle, for longer
 * than its lock lasts, and joined again; then the bytes are compared with those of one process. Needs root, iproute2 and redis-server.
 *
 *     npx tsx scripts/fleet/namespaces.ts [SECONDS=60] [FOLDS=150]
 *
 * FOLDS decide how long the others are at it: the one that is back is to find work left.
 */
import { type ChildProcess, execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { evaluateDataset, simulateDataset } from '../../src/pipeline.ts'
import { quietTask } from '../../src/task.ts'
import { startRedis } from '../../test/helpers/redis.ts'
import { countRecorded, killWorker, lastingBytes, spawnWorker } from './kill-run.ts'

const [seconds = '60', folds = '150'] = process.argv.slice(2)
const hosts = [0, 1, 2]
const [bridge, gateway] = ['plumbbr', '10.77.0.1']
const space = (host: number) => `plumb${host}`
const ip = (...words: (string | number)[]): string =>
  execFileSync('ip', words.map(String), { encoding: 'utf8' })
const say = (line: string): void => void process.stderr.write(`${line}\n`)

function connect(): void {
  ip('link', 'add', bridge, 'type', 'bridge')
  ip('addr', 'add', `${gateway}/24`, 'dev', bridge)
  ip('link', 'set', bridge, 'up')
  for (const host of hosts) {
    ip('netns', 'add', space(host))
    ip('link', 'add', `plumbv${host}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space(host))
    ip('link', 'set', `plumbv${host}`, 'master', bridge, 'up')
    ip('-n', space(host), 'addr', 'add', `10.77.0.${10 + host}/24`, 'dev', 'eth0')
    ip('-n', space(host), 'link', 'set', 'eth0', 'up')
    ip('-n', space(host), 'link', 'set', 'lo', 'up')
  }
}

function disconnect(): void {
  const gone = (...words: string[]): void => {
    try {
      execFileSync('ip', words, { stdio: 'ignore' })
    } catch {
      // was not there
    }
  }
  for (const host of hosts) gone('netns', 'del', space(host))
  gone('link', 'del', bridge)
}

/** Results that a worker left, by when: seconds since 1970. */
function resultsOf(store: string, { pid }: ChildProcess): readonly number[] {
  const times: number[] = []
  for (const entry of readdirSync(join(store, 'results'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const { result } = JSON.parse(readFileSync(path, 'utf8'))
    const { worker } = JSON.parse(readFileSync(join(store, 'blobs', result.slice(0, 2), result), 'utf8'))
    if (worker.name.endsWith(`-${pid}`)) times.push(statSync(path).mtimeMs / 1000)
  }
  return times
}

const home = mkdtempSync(join(tmpdir(), 'plumbline-spaces-'))
const dataset = join(home, 'parts')
const size = { width: 96, height: 96 }
await simulateDataset({ out: dataset, parts: 60, defectiveParts: 40, imagesPerPart: 1, size })
const options = {
  ...{ dataset, folds: Number(folds), threads: 1, cache: join(home, 'cache') },
  ...{ backbone: 'filterbank', size, detectorOptions: { bankSize: 500 } },
}
const single = await evaluateDataset({ ...options, out: join(home, 'single') })
say(`one process: ${single.seconds} s`)
disconnect()
connect()
const redis = await startRedis([], gateway)
const store = join(home, 'store')
const crew = hosts.map((host) =>
  spawnWorker(redis.url, store, join(home, `own-${host}`), ['ip', 'netns', 'exec', space(host)]),
)
let isOver = false
const [cut] = crew
const cutting = (async () => {
  while (!isOver && cut !== undefined && resultsOfMaybe(cut) < 2) await sleep(500)
  ip('link', 'set', 'plumbv0', 'down')
  say(`cut off: ${space(0)}`)
  const [from, until] = [now(), now() + Number(seconds)]
  while (now() < until) await sleep(200)
  const wasOver = isOver
  ip('link', 'set', 'plumbv0', 'up')
  say(`joined again: ${space(0)}`)
  return { from, until: now(), wasOver }
})()
try {
  const evaluation = await evaluateDataset(
    { ...options, out: join(home, 'run'), queue: redis.url, store },
    { ...quietTask, note: say },
  )
  isOver = true
  const { from, until, wasOver } = await cutting
  const times = cut === undefined ? [] : resultsOf(store, cut)
  const recorded = countRecorded(store)
  const isSame = lastingBytes(evaluation) === lastingBytes(single)
  const [before, after] = [times.filter((at) => at < from), times.filter((at) => at > until)]
  process.stdout.write(
    `3 workers, one cut off for ${Math.round(until - from)} s${wasOver ? ' (the run was over before)' : ''}: ${recorded.size} steps, each recorded once: ` +
      `${[...recorded.values()].every((count) => count === 1)}; of that worker ${before.length} before, ` +
      `${after.length} after; same bytes: ${isSame}\n`,
  )
  if (!isSame || after.length === 0) process.exitCode = 1
} finally {
  isOver = true
  for (const worker of crew) killWorker(worker)
  await redis.stop()
  disconnect()
  rmSync(home, { recursive: true, force: true })
}

function resultsOfMaybe(worker: ChildProcess): number {
  try {
    return resultsOf(store, worker).length
  } catch {
    return 0 // nothing is recorded yet
  }
}

function now(): number {
  return (performance.timeOrigin + performance.now()) / 1000
}
