/** How fast a queue and a store are, asked from this machine; nothing of it stays. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { rememberContents } from '../../../backbone/file-contents.ts'
import { writeFileAtomic } from '../../../files/atomic.ts'
import { sha256 } from '../../../files/hash.ts'
import { readBytes } from '../../../files/read-bytes.ts'
import { checkCancelled, mapConcurrent, type Task } from '../../../task.ts'
import type { Rates } from '../../../wire/forecast.ts'
import { openFolderStore } from '../../../work/folder-store.ts'
import { getBlob, putBlob } from '../../../work/store.ts'
import { bringFile } from '../sample-ref.ts'

/** Jobs that do nothing: as many as take a second or a few. */
const jobs = 400
/** A queue of its own, the same each time: servers keep a word on every queue there has been. */
const lane = 'plumbline-forecast'
/** Files at a time, as submitters and workers have it. */
const together = 8

/** @throws {UsageError} @throws {InputError} As `openServer`. */
export async function measureQueue(url: string, task: Task): Promise<Pick<Rates, 'jobsAdded' | 'jobsDone'>> {
  const { openEngine } = await import('../../../queue/open-engine.ts')
  const { takeJobs } = await import('../../../queue/take-jobs.ts')
  const engine = await openEngine(url, lane, task)
  const ids = Array.from({ length: jobs }, () => sha256(randomUUID()))
  const entries = ids.map((id) => ({ id, kind: 'nothing', label: 'nothing', tries: 3 }))
  const takers: Awaited<ReturnType<typeof takeJobs>>[] = []
  try {
    let began = performance.now()
    await engine.add(entries)
    const jobsAdded = jobs / since(began)
    began = performance.now()
    for (const name of ['a', 'b']) {
      takers.push(
        await takeJobs({
          ...{ url, lane, name, jobs: together, lockSeconds: 15, onNote: task.note },
          work: async () => 'nothing',
          onRecorded: async () => {},
        }),
      )
    }
    for (const id of ids) {
      while ((await engine.state(id)).state !== 'done') {
        checkCancelled(task)
        await sleep(5)
      }
    }
    return { jobsAdded, jobsDone: jobs / since(began) }
  } finally {
    for (const taker of takers) await taker.close(false)
    for (const id of ids) await engine.remove(id).catch(() => {}) // somebody is at it, or the server is gone
    await engine.close()
  }
}

/**
 * In a folder of the store that goes again.
 *
 * @param paths - Of pictures, at least one.
 * @throws {InputError} One cannot be read, or the store not written.
 */
export async function measureStore(
  folder: string,
  paths: readonly string[],
  task: Task,
): Promise<Pick<Rates, 'imageBytes' | 'brought' | 'fetchedBytes'>> {
  await openFolderStore(folder) // it must be one, or become one
  const scratch = join(folder, `forecast-${randomUUID()}`)
  try {
    const store = await openFolderStore(scratch)
    const contents = rememberContents()
    let began = performance.now()
    for await (const _ of mapConcurrent(paths, together, (path) => bringFile(path, contents, store)))
      checkCancelled(task)
    const brought = paths.length / since(began)
    began = performance.now()
    let bytes = 0
    const fetched = mapConcurrent(paths, together, async (path) =>
      getBlob(store, (await contents.identify(path)).sha256),
    )
    for await (const content of fetched) bytes += content?.length ?? 0
    return { imageBytes: bytes / paths.length, brought, fetchedBytes: bytes / since(began) }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/**
 * How fast heat maps get into a store, and out of it into a run; in folders that go again.
 *
 * @param folder - Of the store. @param maps - Files, at least one.
 * @returns Maps a second.
 */
export async function measurePlacing(
  folder: string,
  maps: readonly string[],
  task: Task,
): Promise<{ readonly put: number; readonly placed: number }> {
  const scratch = join(folder, `forecast-${randomUUID()}`)
  const run = await mkdtemp(join(tmpdir(), 'plumbline-forecast-'))
  try {
    const store = await openFolderStore(scratch)
    const contents = await Promise.all(maps.map((path) => readBytes(path)))
    let began = performance.now()
    const hashes: string[] = []
    for (const bytes of contents) hashes.push(await putBlob(store, bytes)) // one after the other, as a worker does
    const put = maps.length / since(began)
    began = performance.now()
    const placing = mapConcurrent(hashes, together, async (hash, i) => {
      checkCancelled(task)
      await writeFileAtomic(join(run, `${i}.webp`), (await getBlob(store, hash)) ?? new Uint8Array())
    })
    for await (const _ of placing) {
      // each is there when it is taken
    }
    return { put, placed: maps.length / since(began) }
  } finally {
    await rm(scratch, { recursive: true, force: true })
    await rm(run, { recursive: true, force: true })
  }
}

/** Seconds, never 0. */
export const since = (began: number): number => Math.max(1e-6, (performance.now() - began) / 1000)
