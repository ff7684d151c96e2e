/** A station killed in the middle of its work, several times: every inspection that it acknowledged reaches the line. */
import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { openRecords } from '../../src/records/open-records.ts'
import { describeWithPostgres } from '../helpers/postgres.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import type { KillOrder } from './kill-station.ts'

const patience = 240_000
const kills = 2

let server: Server | undefined
afterEach(() => {
  server?.close()
  server?.closeAllConnections()
})

/** Takes results, not always at the first time. @returns Its address, and how often each inspection came. */
async function receiver(): Promise<{ readonly url: string; readonly taken: Map<string, number> }> {
  const taken = new Map<string, number>()
  let requests = 0
  const started = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      if (requests++ % 7 === 3) return response.writeHead(500).end()
      const { inspection } = JSON.parse(body)
      taken.set(inspection, (taken.get(inspection) ?? 0) + 1)
      return response.writeHead(204).end()
    })
  })
  server = started
  await new Promise<void>((done) => started.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${(started.address() as AddressInfo).port}/`, taken }
}

const program = resolve(import.meta.dirname, 'kill-station.ts')

/** @param after - Acknowledged inspections after which it is killed; null lets it end by itself. @returns Ids that it acknowledged. */
function run(order: KillOrder, after: number | null): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let wrong = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
    if (after !== null && said.split('\n').length > after) child.kill('SIGKILL')
  })
  child.stderr.on('data', (chunk) => {
    wrong += chunk
  })
  return new Promise((done, fail) => {
    child.once('exit', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL')
        done(said.split('\n').slice(0, -1)) // a line that was cut off counts for nothing
      else fail(new Error(`ended with ${code ?? signal}: ${wrong}`))
    })
  })
}

async function killAgainAndAgain(database: string | null): Promise<void> {
  const { url, taken } = await receiver()
  const folder = temporaryFolder()
  const random = createRandom(14)
  const acknowledged: string[] = []
  for (let kill = 0; kill < kills; kill++)
    acknowledged.push(...(await run({ folder, database, url, drain: false }, 20 + random.integer(60))))
  await run({ folder, database, url, drain: true }, null)

  expect(acknowledged.length).toBeGreaterThanOrEqual(kills * 20)
  expect(acknowledged.filter((id) => !taken.has(id))).toEqual([])
  const records = await openRecords({
    folder,
    clock: () => new Date(),
    ...(database !== null && { database }),
  })
  try {
    const unknown: string[] = []
    for (const id of taken.keys()) if ((await records.inspections.find(id)) === undefined) unknown.push(id)
    expect(unknown).toEqual([])
    const { count } = await records.inspections.count({})
    expect(taken.size).toBe(count)
    expect(await records.outbox.counts()).toEqual({ mes: { waiting: 0, delivered: count, dead: 0 } })
  } finally {
    await records.close()
  }
}

describe('a station that is killed, with SQLite', () => {
  it('has told the line all that it acknowledged', () => killAgainAndAgain(null), patience)
})

describeWithPostgres('a station that is killed, with PostgreSQL', (postgres) => {
  it(
    'has told the line all that it acknowledged',
    async () => killAgainAndAgain(await postgres().newDatabase()),
    patience,
  )
})
