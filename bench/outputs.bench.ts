/**
 * What telling the line costs those who record, how late the line is told, and how fast a backlog goes. About a minute.
 *
 *     npx tsx bench/outputs.bench.ts [PARTS=200] [BACKLOG=5000] [ROUNDS=3]
 *
 * Parts come every 40 ms and are recorded in SQLite: without outputs, with a webhook that answers (a process of its own), and with one
 * that is down. All three in turn in each round, so that what else the machine does falls on all.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseOutputsConfig } from '../src/outputs/config/read-config.ts'
import { openOutputs } from '../src/outputs/open-outputs.ts'
import { newInspectionId } from '../src/records/new-id.ts'
import { openRecords } from '../src/records/open-records.ts'
import { sampleJudged } from '../test/outputs/sample-judged.ts'
import { machine, markdownTable, spread } from './machine.ts'

const [parts = 200, backlog = 5000, rounds = 3] = process.argv.slice(2).map(Number)
const everyMs = 40
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-outputs-'))
const clock = (): Date => new Date()

const receiver = `require('node:http').createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(204).end())
}).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`

async function startReceiver(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, ['-e', receiver], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise((resolve) =>
    child.stdout.once('data', (text) => resolve(String(text).trim())),
  )
  return { child, url: `http://127.0.0.1:${port}/` }
}

let folders = 0

async function station(url: string | null) {
  const folder = join(scratch, String(folders++))
  const records = await openRecords({ folder, clock })
  const webhook = { type: 'webhook', name: 'mes', url, secret: { env: 'SECRET' } }
  const config = parseOutputsConfig({ outputs: url === null ? [] : [webhook] }, 'outputs.json')
  const environment = { SECRET: Buffer.alloc(32, 1).toString('base64') }
  const tools = { outbox: records.outbox, clock, seed: 1, environment, log() {} }
  const open = () => openOutputs({ config, path: 'outputs.json', folder }, tools)
  return { records, open }
}

function next(number: number) {
  const time = clock()
  return sampleJudged(number, { id: newInspectionId(time), time: time.toISOString() })
}

/** @returns Milliseconds that each record took, and of the lags that were seen, in order. */
async function paced(url: string | null): Promise<{ readonly record: number[]; readonly lag: number[] }> {
  const { records, open } = await station(url)
  const outputs = await open()
  const record: number[] = []
  const lag: number[] = []
  for (let i = 0; i < parts; i++) {
    const judged = next(i)
    const since = performance.now()
    await records.inspections.record({ judged, files: [], letters: outputs.lettersFor(judged) })
    record.push(performance.now() - since)
    outputs.wake()
    await pause(everyMs)
    const figures = (await outputs.figures())[0]
    if (figures !== undefined && figures.lagMs !== null) lag.push(figures.lagMs)
  }
  await outputs.close()
  await records.close()
  return { record: record.sort((a, b) => a - b), lag: lag.sort((a, b) => a - b) }
}

/** @returns Letters a second, out of an outbox that is full when the courier starts. */
async function drained(url: string): Promise<number> {
  const { records, open } = await station(url)
  const closed = await open()
  await closed.close(0)
  for (let i = 0; i < backlog; i++) {
    const judged = next(i)
    await records.inspections.record({ judged, files: [], letters: closed.lettersFor(judged) })
  }
  const since = performance.now()
  const outputs = await open()
  while (((await records.outbox.counts()).mes?.waiting ?? 0) > 0) await pause(10)
  const seconds = (performance.now() - since) / 1000
  await outputs.close()
  await records.close()
  return backlog / seconds
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(share * (sorted.length - 1))]!

const { child, url } = await startReceiver()
try {
  const ways: readonly (readonly [string, string | null])[] = [
    ['without outputs', null],
    ['a webhook that answers', url],
    ['a webhook that is down', 'http://127.0.0.1:9/'],
  ]
  const seen = new Map(ways.map(([name]) => [name, [] as Awaited<ReturnType<typeof paced>>[]]))
  const speeds: number[] = []
  for (let round = 0; round < rounds; round++) {
    for (const [name, address] of ways) seen.get(name)?.push(await paced(address))
    speeds.push(await drained(url))
  }
  const rows = [['', 'record, median ms', 'record, p99 ms', 'lag, median ms', 'lag, p99 ms']]
  for (const [name, results] of seen) {
    const lags = results.filter(({ lag }) => lag.length > 0)
    rows.push([
      name,
      spread(results.map(({ record }) => at(record, 0.5))),
      spread(results.map(({ record }) => at(record, 0.99))),
      lags.length === 0 ? '' : spread(lags.map(({ lag }) => at(lag, 0.5))),
      lags.length === 0 ? '' : spread(lags.map(({ lag }) => at(lag, 0.99))),
    ])
  }
  console.log(`${machine()}\n\n${markdownTable(rows)}\n`)
  console.log(`a backlog of ${backlog}: ${spread(speeds, 0)} letters a second, four requests at once`)
} finally {
  child.kill()
  rmSync(scratch, { recursive: true, force: true })
}
