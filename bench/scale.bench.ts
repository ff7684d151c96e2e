/**
 * One process on more and more small images: what it takes of the processor and of memory, phase by phase. Slow: many minutes, so
 * that one may ask for one count and one command at a time; what was drawn stays in the folder for the next time.
 *
 *     npx tsx bench/scale.bench.ts FOLDER 25000,50000,100000 [draw|train|check|fleet]...
 *
 * `fleet` is the training over a queue, by two workers of one thread: stopped and begun again, it goes on where it was.
 *
 * Images are of 32 x 32 pixels, noise on a gradient, no two alike; `filterbank` at 32 x 32, two threads, a feature cache in the folder.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { killWorker, spawnWorker } from '../scripts/fleet/kill-run.ts'
import { CancelledError } from '../src/errors.ts'
import { encodePng } from '../src/image/encode-image.ts'
import { createRandom } from '../src/math/random.ts'
import { checkDataset, trainModel } from '../src/pipeline.ts'
import { quietTask, type Task } from '../src/task.ts'
import { startRedis } from '../test/helpers/redis.ts'

const [folder = '', counts = '', ...commands] = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const cost = () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return { processor: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }
}

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
/** What JavaScript holds once everything else is let go. */
function liveMegabytes(): number {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const small = { detectorOptions: { bankSize: 512, candidates: 8192 } }

/** A thousand images to a folder. */
const pathOf = (i: number): string =>
  join('good', String(Math.floor(i / 1000)).padStart(4, '0'), `${String(i).padStart(7, '0')}.png`)

async function draw(count: number): Promise<string> {
  const made = existsSync(join(folder, 'good'))
    ? readdirSync(join(folder, 'good')).reduce(
        (sum, name) => sum + readdirSync(join(folder, 'good', name)).length,
        0,
      )
    : 0
  for (let i = made; i < count; i++) {
    if (i % 1000 === 0)
      mkdirSync(join(folder, 'good', String(i / 1000).padStart(4, '0')), { recursive: true })
    const random = createRandom(i, 'scale')
    const data = Uint8Array.from({ length: 32 * 32 }, (_, at) => 4 * (at & 31) + random.integer(64))
    writeFileSync(join(folder, pathOf(i)), await encodePng({ width: 32, height: 32, data }))
  }
  const manifest = join(folder, `${count}.csv`)
  const rows = Array.from({ length: count }, (_, i) => `${pathOf(i)},nominal`)
  writeFileSync(manifest, `path,label\n${rows.join('\n')}\n`)
  return manifest
}

/** Longer than this nothing goes on at a time that can go on from where it was stopped. */
const mostMs = 550_000

/** Says what each part took. @param signal - Stops it. */
function marks(signal: AbortSignal = AbortSignal.timeout(mostMs)): Task {
  const began = performance.now()
  return {
    ...quietTask,
    signal,
    progress(label) {
      const [since, before] = [performance.now(), cost()]
      return {
        update() {},
        end() {
          const { processor, megabytes } = cost()
          const of = [
            `${((since - began) / 1000).toFixed(1).padStart(8)}`,
            `${((performance.now() - since) / 1000).toFixed(1).padStart(7)} s`,
            `${(processor - before.processor).toFixed(1).padStart(7)} s processor`,
            `${megabytes.toFixed(0).padStart(5)} MB, ${liveMegabytes().toFixed(0)} of them in use`,
          ]
          say(`  ${of.join('  ')}  ${label}`)
        },
      }
    },
  }
}

async function trainByFleet(seen: { readonly dataset: string }, count: number): Promise<void> {
  const redis = await startRedis()
  const store = join(folder, `store-${count}`)
  const crew = [0, 1].map((i) => spawnWorker(redis.url, store, join(folder, `own-${i}`)))
  const watched = watchProcesses(crew.flatMap(({ pid }) => pid ?? []))
  try {
    const out = join(folder, `model-by-fleet-${count}`)
    await trainModel({ ...seen, ...small, out, threads: 1, queue: redis.url, store }, marks())
  } finally {
    for (const line of watched.stop()) say(`  ${line}`)
    for (const worker of crew) killWorker(worker)
    await redis.stop()
  }
}

/** Processes of Linux and their children: what each took of the processor, and its largest resident set. */
function watchProcesses(parents: readonly number[]): { stop(): string[] } {
  const seen = new Map<number, string>()
  const look = (): void => {
    for (const pid of parents.flatMap((parent) => [parent, ...childrenOf(parent)])) {
      const status = textOf(`/proc/${pid}/status`)
      const ticks = textOf(`/proc/${pid}/stat`)
        .replace(/^.*\) /, '')
        .split(' ')
      const [, kilobytes] = /VmHWM:\s*(\d+)/.exec(status) ?? []
      if (kilobytes === undefined) continue
      const processor = (Number(ticks[11]) + Number(ticks[12])) / 100
      const kind = parents.includes(pid) ? 'worker' : 'its steps'
      seen.set(
        pid,
        `${kind}: ${processor.toFixed(1)} s of the processor, at most ${(Number(kilobytes) / 1024).toFixed(0)} MB`,
      )
    }
  }
  const timer = setInterval(look, 1000)
  return {
    stop() {
      clearInterval(timer)
      look()
      return [...seen.values()]
    },
  }
}

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')
const childrenOf = (pid: number): number[] =>
  textOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)

async function once(command: string, count: number): Promise<void> {
  const began = performance.now()
  const manifest = join(folder, `${count}.csv`)
  const seen = {
    ...{ threads: 2, backbone: 'filterbank', size: { width: 32, height: 32 }, cache: join(folder, 'cache') },
    ...{ dataset: manifest },
  }
  if (command === 'train') {
    const out = join(folder, `model-${count}`)
    await trainModel({ ...seen, ...small, out }, marks())
  } else if (command === 'check') await checkDataset(seen, marks(quietTask.signal))
  else if (command === 'fleet') await trainByFleet(seen, count)
  else throw new Error(`no command ${command}`)
  const { processor, megabytes } = cost()
  const wall = (performance.now() - began) / 1000
  say(
    `${command} ${count}: ${wall.toFixed(1)} s, ${processor.toFixed(1)} s of the processor, at most ${megabytes.toFixed(0)} MB`,
  )
}

if (commands[0] === 'once') {
  await once(commands[1] ?? '', Number(counts)).catch((error: unknown) => {
    if (!(error instanceof CancelledError)) throw error
    say('it was time to stop: give the same command again')
  })
} else {
  mkdirSync(resolve(folder), { recursive: true })
  for (const count of counts.split(',').map(Number)) {
    await draw(count)
    for (const command of commands.filter((name) => name !== 'draw')) {
      say(`${command} ${count}`)
      const words = ['--import', 'tsx', import.meta.filename, folder, String(count), 'once', command]
      spawnSync(process.execPath, words, { stdio: 'inherit' })
    }
  }
}
