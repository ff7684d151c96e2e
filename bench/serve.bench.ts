/**
 * The station under load, against `inspect` called directly in the same run: what a verdict costs over HTTP with its record, what eight
 * clients reach, what happens above capacity, beside an evaluation and while the page is used, and whether memory grows.
 *
 *     PLUMBLINE_WEIGHTS=FOLDER npx tsx bench/serve.bench.ts [one] [eight] [full] [beside] [memory] [--share 1] [--threads N]
 *     ... npx tsx bench/serve.bench.ts page --data FOLDER   # of `bench/records.bench.ts --folder FOLDER --only-fill`
 *
 * `--model FOLDER` takes a model that is there instead of training one.
 *
 * Without a name: all but `page`, some ten minutes. `--share 0.1` takes a tenth of the requests.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { saveSmallModel } from '../scripts/station/small-model.ts'
import { type StationProcess, startStation } from '../scripts/station/station-process.ts'
import type { ModelInspector } from '../src/inspect/open-model.ts'
import { openModel } from '../src/inspect/open-model.ts'
import { machine, markdownTable } from './machine.ts'
import { measureBeside } from './serve-beside.ts'
import { measurePage } from './serve-page.ts'
import { photographs, trainedModel } from './serve-workload.ts'
import { load, openClient, percentile, residentMiB, timesOf } from './station-load.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ share: { type: 'string', default: '1' }, threads: { type: 'string' } },
    ...{ data: { type: 'string' }, model: { type: 'string' } },
  },
})
const share = Number(values.share)
const threads = Number(values.threads ?? cpus().length)
const home = mkdtempSync(join(tmpdir(), 'plumbline-serve-bench-'))
const rows = [['what', 'measured', 'bound']]
const ms = (value: number): string => `${value.toFixed(1)} ms`
const times = (count: number): number => Math.max(4, Math.round(count * share))

async function withStation<T>(
  model: string,
  more: readonly string[],
  work: (station: StationProcess) => Promise<T>,
  data = mkdtempSync(join(home, 'data-')),
): Promise<T> {
  const own = ['--model', model, '--data', data, '--rate', '10000000', '--threads', `${threads}`]
  const station = await startStation([...own, ...more])
  try {
    return await work(station)
  } finally {
    await station.stop()
  }
}

/** Turn by turn, so that what else the machine does falls on both. */
async function one(model: string, inspector: ModelInspector, pictures: readonly Uint8Array[]): Promise<void> {
  await withStation(model, [], async ({ address }) => {
    const client = openClient(address)
    const [direct, served]: [number[], number[]] = [[], []]
    for (let round = -10; round < times(400); round++) {
      const picture = pictures[(round + 10) % pictures.length]!
      const started = performance.now()
      await inspector.inspect(picture)
      const taken = performance.now() - started
      const [asked] = timesOf([await client.ask(picture)])
      if (round < 0) continue // warm
      direct.push(taken)
      served.push(asked!)
    }
    client.close()
    const [own, other, tail] = [percentile(served, 0.5), percentile(direct, 0.5), percentile(served, 0.99)]
    rows.push(
      ['one client, median', `${ms(own)}, \`inspect\` ${ms(other)}: ${(own / other).toFixed(2)}x`, '1.25x'],
      ['one client, p99', `${ms(tail)}: ${(tail / own).toFixed(2)}x of the median`, '3x'],
      ['`inspect`, p99', `${ms(percentile(direct, 0.99))}`, ''],
    )
  })
}

/** Some seconds each in turn. `inspect` flat out is the faster of one and of eight calls at a time. */
async function eight(
  model: string,
  inspector: ModelInspector,
  pictures: readonly Uint8Array[],
): Promise<void> {
  const count = times(160)
  const direct = async (atOnce: number): Promise<number> => {
    let next = 0
    const started = performance.now()
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (next < count) await inspector.inspect(pictures[next++ % pictures.length]!)
      }),
    )
    return (1000 * count) / (performance.now() - started)
  }
  const many = async (): Promise<number> => {
    const started = performance.now()
    const all = Array.from({ length: count }, (_, i) => pictures[i % pictures.length]!)
    for await (const outcome of inspector.inspectMany(all)) if (!outcome.ok) throw new Error(outcome.error)
    return (1000 * count) / (performance.now() - started)
  }
  await withStation(model, [], async ({ address }) => {
    const served = async (): Promise<number> => {
      const started = performance.now()
      const answers = timesOf(await load(address, pictures, 8, (answered) => answered >= count - 8))
      return (1000 * answers.length) / (performance.now() - started)
    }
    const rates: Readonly<Record<string, number[]>> = { one: [], eight: [], many: [], served: [] }
    for (let round = -1; round < 3; round++) {
      const here = {
        one: await direct(1),
        eight: await direct(8),
        many: await many(),
        served: await served(),
      }
      if (round >= 0) for (const [name, rate] of Object.entries(here)) rates[name]!.push(rate)
    }
    const [alone, together, batches, own] = Object.values(rates).map((each) => percentile(each, 0.5)) as [
      number,
      number,
      number,
      number,
    ]
    const flatOut = Math.max(alone, together)
    rows.push(
      [
        'eight clients',
        `${own.toFixed(1)} a second, \`inspect\` ${flatOut.toFixed(1)}: ${(own / flatOut).toFixed(2)}x`,
        '0.9x',
      ],
      [
        '`inspect` one by one, eight at a time, `inspectMany`',
        `${alone.toFixed(1)}, ${together.toFixed(1)}, ${batches.toFixed(1)} a second`,
        '',
      ],
    )
  })
}

/** Twelve clients that never wait for a line of six. */
async function full(model: string, pictures: readonly Uint8Array[]): Promise<void> {
  await withStation(model, ['--queue', '6'], async (station) => {
    let held = 0
    let isWatching = true
    const watching = (async () => {
      while (isWatching) {
        const metrics = await (await fetch(`${station.address}/metrics`)).text()
        held = Math.max(held, Number(/^plumbline_requests_held (\d+)/m.exec(metrics)?.[1] ?? Number.NaN))
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    })()
    const until = performance.now() + times(10_000)
    const answers = await load(station.address, pictures, 12, () => performance.now() > until)
    isWatching = false
    await watching
    const accepted = timesOf(answers.filter(({ status }) => status === 200))
    const refused = answers.filter(({ status }) => status !== 200)
    if (refused.some(({ status, retryAfter }) => status !== 503 || !/^[1-9]\d*$/.test(retryAfter ?? '')))
      throw new Error('an answer was neither a verdict nor 503 with Retry-After')
    const refusals = refused.map(({ milliseconds }) => milliseconds)
    rows.push(
      ['above capacity: verdicts', `${accepted.length}, p99 ${ms(percentile(accepted, 0.99))}`, ''],
      [
        'above capacity: 503 with Retry-After',
        `${refused.length}, median ${ms(percentile(refusals, 0.5))}, p99 ${ms(percentile(refusals, 0.99))}`,
        'at once',
      ],
      ['above capacity: held at most', `${held}`, '6'],
    )
  })
}

/** The filter bank at 64 px and pictures of 320x256, so that 20,000 are a matter of minutes. */
async function memory(): Promise<void> {
  const pictures = await photographs(16, { width: 320, height: 256 })
  const model = join(home, 'small')
  await saveSmallModel(model)
  await withStation(model, [], async (station) => {
    const sizes: number[] = []
    const step = times(1000)
    for (let thousand = 0; thousand < 20; thousand++) {
      timesOf(await load(station.address, pictures, 8, (answered) => answered > step - 8))
      sizes.push(residentMiB(station))
      process.stderr.write(`${(thousand + 1) * step} requests: ${sizes.at(-1)?.toFixed(0)} MiB\n`)
    }
    const [first, last] = [sizes.slice(2, 6), sizes.slice(-4)].map((some) => percentile(some, 0.5)) as [
      number,
      number,
    ]
    rows.push([
      `memory after ${3 * step}..${6 * step} and ${17 * step}..${20 * step} requests`,
      `${first.toFixed(0)} and ${last.toFixed(0)} MiB: ${(last / first).toFixed(2)}x`,
      '1.1x',
    ])
    rows.push(['memory each step, MiB', sizes.map((size) => size.toFixed(0)).join(' '), ''])
  })
}

const all = ['one', 'eight', 'full', 'beside', 'memory']
const asked = positionals.length === 0 ? all : positionals
try {
  const pictures = await photographs(16)
  const needsModel = asked.some((part) => part !== 'memory')
  const model = needsModel ? (values.model ?? (await trainedModel(home))) : ''
  const needsInspector = asked.includes('one') || asked.includes('eight')
  const inspector = needsInspector ? await openModel(model, { threads }) : null
  for (const part of asked) {
    if (part === 'memory') await memory()
    else if (part === 'full') await full(model, pictures)
    else if (part === 'page')
      await withStation(model, [], (station) => measurePage(station, pictures, times(400), rows), values.data)
    else if (part === 'beside')
      await withStation(model, ['--datasets', home, '--runs', home], (station) =>
        measureBeside({ station, home, pictures, count: times(300), rows }),
      )
    else if (inspector !== null && part === 'one') await one(model, inspector, pictures)
    else if (inspector !== null && part === 'eight') await eight(model, inspector, pictures)
    else throw new Error(`expected ${all.join(', ')}, got ${part}`)
  }
  await inspector?.close()
  console.log(
    `${machine()}; PatchCore, \`mobilenet_v2\`, 256x256, JPEG of 1280x1024 (${Math.round(pictures[0]!.length / 1024)} KiB), ${threads} threads.\n`,
  )
  console.log(markdownTable(rows))
} finally {
  rmSync(home, { recursive: true, force: true })
}
