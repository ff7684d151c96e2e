/** A PostgreSQL whose disk fills up under the queue: said to whoever submits and works, and all goes on with room again. */
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { sha256 } from '../../src/files/hash.ts'
import { openEngine } from '../../src/queue/open-engine.ts'
import { takeJobs } from '../../src/queue/take-jobs.ts'
import { quietTask } from '../../src/task.ts'
import type { Job } from '../../src/work/engine.ts'
import { postgresPrograms, startPostgres } from '../helpers/postgres.ts'
import { mountSmall, unmount } from '../helpers/small-disk.ts'

/** Where the server's own user may go too. */
const home = mkdtempSync(join(tmpdir(), 'plumbline-disk-'))
chmodSync(home, 0o755)
const disk = join(home, 'disk')
const missing =
  postgresPrograms === null
    ? 'PostgreSQL is not installed'
    : mountSmall(disk, 128)
      ? null
      : 'a small file system cannot be mounted here'

/** Six thousand characters that do not get smaller. */
const much = (of: string): string => Array.from({ length: 100 }, (_, i) => sha256(`${of} ${i}`)).join('')

const filler = join(disk, 'filler')
afterAll(() => {
  if (missing === null) unmount(disk)
  rmSync(home, { recursive: true, force: true })
})

/** Takes all room that is left. */
function fill(): void {
  const file = openSync(filler, 'a')
  try {
    for (let size = 1 << 20; size >= 4096; ) {
      try {
        if (writeSync(file, new Uint8Array(size)) < size) size /= 2
      } catch {
        size /= 2 // no room for so much
      }
    }
  } finally {
    closeSync(file)
  }
}

/** The server ends where it has no room for the next file of its log: here it has sixteen megabytes before it needs one. */
async function beginLogFile(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('SELECT pg_switch_wal()')
    await client.query('CHECKPOINT')
  } finally {
    await client.end()
  }
}

describe.skipIf(missing !== null)(`a full disk${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  it('of PostgreSQL is said to submitters and workers, and both go on with room again', async () => {
    const server = await startPostgres(undefined, disk)
    const url = await server.newDatabase()
    const engine = await openEngine(url, 'full', quietTask)
    const jobsOf = (name: string, count: number): Job[] =>
      Array.from({ length: count }, (_, i) => ({
        ...{ id: `${name}${i}`, kind: 'fit', label: much(`${name}${i}`), tries: 1 },
      }))
    const notes: string[] = []
    const results = new Map<string, string[]>()
    try {
      const early = jobsOf('early', 20)
      await engine.add(early)
      await beginLogFile(server.url)
      fill()
      const late = jobsOf('late', 500)
      const error = await engine.add(late).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(InputError)
      expect(String(error)).toMatch(
        /postgresql:.*has no room left on its disk: make room there; nothing is lost, and the same command goes on/,
      )
      const taking = await takeJobs({
        ...{ url, lane: 'full', name: 'w', jobs: 1, lockSeconds: 3 },
        work: async ({ id }) => `of ${id}: ${much(id)}`,
        onRecorded: async (id, result) => void results.set(id, [...(results.get(id) ?? []), result]),
        onNote: (message) => void notes.push(message),
      })
      try {
        await vi.waitUntil(() => notes.some((note) => /has no room left on its disk/.test(note)), {
          timeout: 60_000,
        })
        rmSync(filler)
        await engine.add(late)
        const isDone = async ({ id }: Job) => (await engine.state(id)).state === 'done'
        for (const job of [...early, ...late.slice(0, 20)]) {
          await vi.waitUntil(() => isDone(job), { timeout: 60_000, interval: 100 })
        }
        for (const { id } of early) expect(results.get(id)).toEqual([`of ${id}: ${much(id)}`])
      } finally {
        await taking.close(true)
      }
    } finally {
      await engine.close()
      await server.stop()
    }
  }, 240_000)
})
