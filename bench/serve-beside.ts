/** One client, quiet, and again while an evaluation runs as a job of the station. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StationProcess } from '../scripts/station/station-process.ts'
import type { JobRecord } from '../src/wire/jobs.ts'
import { writeDataset } from './serve-workload.ts'
import { load, percentile, timesOf } from './station-load.ts'

export interface Beside {
  readonly station: StationProcess
  /** `--datasets` and `--runs` of the station. */
  readonly home: string
  readonly pictures: readonly Uint8Array[]
  /** Requests measured each time. */
  readonly count: number
  readonly rows: string[][]
}

export async function measureBeside({ station, home, pictures, count, rows }: Beside): Promise<void> {
  await writeDataset(join(home, 'busy'), 160, 16)
  const { address } = station
  const measure = async (): Promise<readonly number[]> =>
    timesOf(await load(address, pictures, 1, (answered) => answered >= count))
  await measure() // warm
  const quiet = await measure()
  const post = await fetch(`${address}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ kind: 'evaluate', dataset: 'busy', name: 'beside', detector: 'patchcore' },
      ...{ backbone: 'mobilenet_v2', size: '256', folds: 10 },
    }),
  })
  const { id } = (await post.json()) as JobRecord
  const job = async (): Promise<JobRecord> =>
    (await (await fetch(`${address}/v1/jobs/${id}`)).json()) as JobRecord
  for (let now = await job(); now.progress === null; now = await job()) {
    if (now.state !== 'waiting' && now.state !== 'running') throw new Error(JSON.stringify(now))
    await sleep(200)
  }
  const busy: number[] = []
  let labels = ''
  for (let portion = 0; portion < 6; portion++) {
    const part = timesOf(await load(address, pictures, 1, (answered) => answered >= count / 6))
    const { state, progress } = await job()
    if (state !== 'running') break // what was measured beside nothing does not count
    busy.push(...part)
    labels = `${labels} ${progress?.label} ${progress?.done};`
  }
  if (busy.length < count / 2) throw new Error(`the evaluation was over after ${busy.length} requests`)
  await fetch(`${address}/v1/jobs/${id}`, { method: 'DELETE' })
  const [alone, beside] = [quiet, busy].map((each) => [percentile(each, 0.5), percentile(each, 0.99)]) as [
    [number, number],
    [number, number],
  ]
  const shown = ([median, tail]: [number, number]): string =>
    `median ${median.toFixed(1)}, p99 ${tail.toFixed(1)} ms`
  rows.push(
    ['one client, quiet', shown(alone), ''],
    [`one client beside an evaluation (${busy.length} requests)`, shown(beside), ''],
    ['p99 beside an evaluation', `${(beside[1] / alone[1]).toFixed(2)}x of the quiet one`, '2.5x'],
  )
  process.stderr.write(`the evaluation meanwhile:${labels}\n`)
}
