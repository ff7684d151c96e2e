/**
 * Kill -9 under load, again and again: what was acknowledged must be there once, nothing twice, and every letter delivered.
 *
 * Clients send pictures with an idempotency key each; at a certain number of answers the process is killed. After each new start every key
 * of before is asked again.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodePng } from '../../src/image/encode-image.ts'
import { createRandom } from '../../src/math/random.ts'
import { stripes } from '../../src/testing/striped-image.ts'
import { type StationProcess, startStation } from './station-process.ts'

export interface KillOptions {
  readonly folder: string
  readonly model: string
  readonly rounds: number
  readonly seed: number
  /** PostgreSQL; null for the file. */
  readonly database: string | null
  /** What `npm run build` made; default the sources. */
  readonly isBuilt?: boolean
}

export interface KillSummary {
  readonly rounds: number
  readonly acknowledged: number
  /** Keys that were sent and not answered when the process was killed. */
  readonly unanswered: number
  /** Acknowledged ones that another id answers for, or none. */
  readonly lost: number
  /** Inspections beyond one for each key. */
  readonly doubled: number
  /** Inspections that the line was never told. */
  readonly untold: number
  /** From the start of a process until it was ready. */
  readonly readyMs: readonly number[]
}

const clients = 4

export async function killRounds({
  folder,
  model,
  rounds,
  seed,
  database,
  isBuilt = false,
}: KillOptions): Promise<KillSummary> {
  const random = createRandom(seed, 'kill')
  mkdirSync(folder, { recursive: true })
  const outputs = join(folder, 'outputs.json')
  writeFileSync(outputs, JSON.stringify({ outputs: [{ name: 'results', type: 'file', folder: 'results' }] }))
  const argv = [
    '--model',
    model,
    '--data',
    join(folder, 'data'),
    '--outputs',
    outputs,
    '--threads',
    '1',
    '--rate',
    '1000000',
  ]
  if (database !== null) argv.push('--database', database)
  const picture = await encodePng(stripes(1000, false))
  const acknowledged = new Map<string, string>()
  const sent = new Set<string>()
  const readyMs: number[] = []
  let lost = 0

  const ask = async (station: StationProcess, key: string): Promise<string | undefined> => {
    sent.add(key)
    const response = await fetch(`${station.address}/v1/inspect`, {
      ...{ method: 'POST', body: Buffer.from(picture) },
      headers: { 'content-type': 'image/png', 'idempotency-key': key },
    })
    const answer = (await response.json()) as { id?: string; recorded?: boolean }
    return response.ok && answer.recorded === true ? answer.id : undefined
  }

  for (let round = 0; round < rounds; round++) {
    const station = await startStation(argv, { isBuilt })
    readyMs.push(station.readyMs)
    lost += await countLost(acknowledged, (key) => ask(station, key))
    const enough = 10 + random.integer(30)
    let answers = 0
    let next = 0
    const client = async (): Promise<void> => {
      while (answers < enough) {
        const key = `${round}-${next++}`
        const id = await ask(station, key)
        if (id === undefined) continue
        acknowledged.set(key, id)
        answers++
      }
    }
    const load = Array.from({ length: clients }, () => client().catch(() => {})) // the connection breaks when it is killed
    while (answers < enough && station.child.exitCode === null) await new Promise(setImmediate)
    await station.kill()
    await Promise.all(load)
  }

  const station = await startStation(argv, { isBuilt })
  readyMs.push(station.readyMs)
  lost += await countLost(acknowledged, (key) => ask(station, key))
  const unanswered = [...sent].filter((key) => !acknowledged.has(key))
  for (const key of unanswered) await ask(station, key)
  const { count } = (await (await fetch(`${station.address}/v1/inspections/count`)).json()) as {
    count: number
  }
  const untold = await waitForAll(join(folder, 'results'), count)
  await station.stop()
  return {
    ...{ rounds, acknowledged: acknowledged.size, unanswered: unanswered.length, lost },
    ...{ doubled: count - sent.size, untold, readyMs },
  }
}

async function countLost(
  acknowledged: ReadonlyMap<string, string>,
  ask: (key: string) => Promise<string | undefined>,
): Promise<number> {
  let lost = 0
  for (const [key, id] of acknowledged) if ((await ask(key)) !== id) lost++
  return lost
}

/** @returns How many are missing when nothing has come for a while. */
async function waitForAll(results: string, expected: number): Promise<number> {
  let found = 0
  for (let still = 0; still < 50 && found < expected; still++) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    const now = toldIn(results)
    if (now > found) still = 0
    found = now
  }
  return expected - found
}

/** Inspections that stand in the files of results, each once. */
function toldIn(results: string): number {
  if (!existsSync(results)) return 0
  const ids = readdirSync(results).flatMap((name) =>
    readFileSync(join(results, name), 'utf8')
      .split('\n')
      .flatMap((line) => /"inspection":"([0-9a-f]{32})"/.exec(line)?.[1] ?? []),
  )
  return new Set(ids).size
}
