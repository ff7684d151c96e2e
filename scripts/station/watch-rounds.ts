/**
 * A rush of files into a watched folder: all are there at once, the station is killed in the middle again and again, and its clock is set
 * back while it runs and between its lives. What matters: one record and one verdict for every file.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { encodePng } from '../../src/image/encode-image.ts'
import { verdictFileSchema } from '../../src/serve/watch/verdict-file.ts'
import { stripes } from '../../src/testing/striped-image.ts'
import { type StationProcess, startStation } from './station-process.ts'

export interface WatchRoundsOptions {
  readonly folder: string
  readonly model: string
  readonly files: number
  /** How often it is killed, evenly over the files. */
  readonly kills: number
}

export interface WatchRoundsSummary {
  readonly files: number
  readonly kills: number
  /** Files without a verdict file. */
  readonly missed: number
  /** Files of which there is no record, or whose verdict file names another. */
  readonly unrecorded: number
  /** Records beyond one for each file. */
  readonly doubled: number
  /** From the first start to the last verdict, the deaths included. */
  readonly seconds: number
  /** Largest resident memory of a process, and of the first when it was ready. */
  readonly megabytes: { readonly peak: number; readonly start: number }
}

const hourMs = 3_600_000
const nameOf = (i: number): string => `part${String(i).padStart(6, '0')}.png`

export async function watchRounds({
  folder,
  model,
  files,
  kills,
}: WatchRoundsOptions): Promise<WatchRoundsSummary> {
  const watch = join(folder, 'watch')
  const out = join(folder, 'verdicts')
  for (const each of [watch, out]) mkdirSync(each, { recursive: true })
  for (let i = 0; i < files; i++)
    writeFileSync(join(watch, nameOf(i)), await encodePng(stripes(i, i % 50 === 0)))
  const argv = [
    ...['--model', model, '--data', join(folder, 'data'), '--threads', '1', '--keep', 'none'],
    ...['--watch', watch, '--watch-out', out, '--watch-settle', '200', '--watch-parts', 'part(\\d+)'],
  ]
  const start = (life: number): Promise<StationProcess> =>
    startStation(argv, { clockShiftMs: -24 * hourMs * life })
  const begun = performance.now()
  let station = await start(0)
  const first = memoryOf(station, 'VmRSS')
  let peak = first
  for (let life = 1; life <= kills; life++) {
    const enough = Math.floor((files * life) / (kills + 1))
    while (readdirSync(out).length < enough) {
      if (station.child.exitCode !== null) throw new Error(`the station ended: ${station.errors()}`)
      await sleep(20)
    }
    station.child.kill('SIGUSR2')
    await sleep(100) // the clock is another, and what was under way goes on
    peak = Math.max(peak, memoryOf(station, 'VmHWM'))
    await station.kill()
    station = await start(life)
  }
  for (let still = 0, found = -1; still < 30 && readdirSync(out).length < files; still++) {
    const now = readdirSync(out).length
    if (now > found) still = 0
    found = now
    await sleep(500)
  }
  const seconds = (performance.now() - begun) / 1000
  peak = Math.max(peak, memoryOf(station, 'VmHWM'))
  const rows = (await (await fetch(`${station.address}/v1/export.csv`)).text()).trim().split('\n').slice(1)
  const idOf = new Map(rows.map((row) => [row.split(',')[5] ?? '', row.split(',')[0] ?? '']))
  let [missed, unrecorded] = [0, 0]
  for (let i = 0; i < files; i++) {
    const path = join(out, `${nameOf(i)}.verdict.json`)
    if (!existsSync(path)) missed++
    else {
      const { answer } = verdictFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
      if (answer === null || idOf.get(String(i).padStart(6, '0')) !== answer.id) unrecorded++
    }
  }
  const doubled = rows.length - files
  await station.stop()
  return { files, kills, missed, unrecorded, doubled, seconds, megabytes: { peak, start: first } }
}

function memoryOf({ child }: StationProcess, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Math.round(Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024)
}
