/**
 * A station killed under load and started again, several times, on both databases. Clients ask again with the same key where they got no
 * answer: nothing that was acknowledged is lost, nothing is doubled, and the line is told everything.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { openRecords } from '../../src/records/open-records.ts'
import { describeWithPostgres } from '../helpers/postgres.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { greyPng, saveGreyModel } from './grey-station.ts'
import type { KilledStationOrder } from './killed-station.ts'

const patience = 240_000
const kills = 3
const clients = 4

const ending: (() => void)[] = []
afterEach(() => {
  for (const end of ending.splice(0)) end()
})

/** @returns Its address, and how often each inspection came. */
async function receiver(): Promise<{ readonly url: string; readonly told: Map<string, number> }> {
  const told = new Map<string, number>()
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const { inspection } = JSON.parse(body)
      told.set(inspection, (told.get(inspection) ?? 0) + 1)
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  ending.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, told }
}

const program = resolve(import.meta.dirname, 'killed-station.ts')

interface Started {
  readonly child: ChildProcess
  readonly address: string
  readonly gone: Promise<void>
}

function start(order: KilledStationOrder): Promise<Started> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  ending.push(() => void child.kill('SIGKILL'))
  let wrong = ''
  child.stderr.on('data', (chunk) => {
    wrong += chunk
  })
  const gone = new Promise<void>((done) => void child.once('exit', () => done()))
  return new Promise((done, fail) => {
    child.stdout.once('data', (chunk) => done({ child, address: String(chunk).trim(), gone }))
    child.once('exit', (code) => fail(new Error(`ended with ${code}: ${wrong}`)))
  })
}

async function killAgainAndAgain(database: string | null): Promise<void> {
  const folder = temporaryFolder()
  const { url, told } = await receiver()
  const [model, data, outputs] = ['model', 'data', 'outputs.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await saveGreyModel(model)
  const webhook = { type: 'webhook', name: 'mes', url, secret: { env: 'SECRET' } }
  writeFileSync(outputs, JSON.stringify({ outputs: [webhook] }))
  const order = { model, data, outputs, database }
  const random = createRandom(15)
  const picture = await greyPng(200)
  /** By idempotency key: the id that was answered; null while none was. */
  const answers = new Map<string, string | null>()

  /** Asks until `enough` new answers have come, or the station is gone. */
  const load = async ({ address, child }: Started, enough: number): Promise<void> => {
    const open = [...answers].filter(([, id]) => id === null).map(([key]) => key)
    let answered = 0
    const client = async (): Promise<void> => {
      while (answered < enough && child.exitCode === null && child.signalCode === null) {
        const key = open.pop() ?? `key-${answers.size}`
        answers.set(key, answers.get(key) ?? null)
        const response = await fetch(`${address}/v1/inspect`, {
          method: 'POST',
          body: new Uint8Array(picture),
          headers: { 'content-type': 'image/png', 'idempotency-key': key, 'x-part-id': key },
        }).catch(() => null) // killed: asked again later
        if (response === null || !response.ok) continue
        const answer = await response.json().catch(() => null)
        if (answer === null) continue
        answers.set(key, (answer as { id: string }).id)
        answered++
      }
    }
    await Promise.all(Array.from({ length: clients }, client))
  }

  for (let kill = 0; kill < kills; kill++) {
    const station = await start(order)
    const loading = load(station, Number.POSITIVE_INFINITY)
    const before = told.size
    const after = 10 + random.integer(30)
    while (told.size < before + after) await new Promise((wait) => setTimeout(wait, 5))
    station.child.kill('SIGKILL')
    await Promise.all([station.gone, loading])
  }
  const last = await start(order)
  await load(last, [...answers.values()].filter((id) => id === null).length)
  const ids = [...answers.values()]
  expect(ids).not.toContain(null)
  expect(new Set(ids).size).toBe(ids.length)
  while (!ids.every((id) => told.has(id as string))) await new Promise((wait) => setTimeout(wait, 5))
  last.child.kill('SIGTERM')
  await last.gone

  const records = await openRecords({
    folder: data,
    clock: () => new Date(),
    ...(database !== null && { database }),
  })
  try {
    const { inspections } = await records.inspections.page({ filter: {}, order: 'oldest', limit: 500 })
    expect(inspections.map(({ id }) => id).sort()).toEqual([...ids].sort())
    const { mes } = await records.outbox.counts()
    expect(mes).toEqual({ waiting: 0, delivered: ids.length, dead: 0 })
    expect([...told.keys()].sort()).toEqual([...ids].sort())
  } finally {
    await records.close()
  }
}

describe('a station killed under load, with SQLite', () => {
  it('loses nothing, doubles nothing, tells everything', () => killAgainAndAgain(null), patience)
})

describeWithPostgres('a station killed under load, with PostgreSQL', (postgres) => {
  it(
    'loses nothing, doubles nothing, tells everything',
    async () => killAgainAndAgain(await postgres().newDatabase()),
    patience,
  )
})
