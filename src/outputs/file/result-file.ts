/** Each result as a line of JSON in a file of the day. A line is on disk before its letter leaves the outbox. */
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isSystemError, systemReason, temporaryName } from '../../files/atomic.ts'
import { makeFolder } from '../../files/make-folder.ts'
import { rememberFolder } from '../../files/tidy-folder.ts'
import type { Delivery, Output, OutputState, Told } from '../contract.ts'
import { resultDocument } from '../message.ts'

/** @param folder - Made where it is missing. */
export function openResultFile(folder: string, station: string): Output {
  let state: OutputState = 'starting'
  let current: { readonly path: string; readonly handle: FileHandle } | null = null
  /** Lines are written one after the other: two at once would each open the file, and one of them be left open. */
  let underWay: Promise<unknown> = Promise.resolve()

  async function fileOf(path: string): Promise<FileHandle> {
    if (current?.path === path) return current.handle
    await current?.handle.close()
    current = null
    await makeFolder(folder)
    const handle = await open(path, 'a+')
    current = { path, handle }
    await endLastLine(handle)
    return handle
  }

  async function write(told: Told): Promise<Delivery> {
    try {
      const handle = await fileOf(join(folder, `results-${told.message.time.slice(0, 10)}.jsonl`))
      await handle.appendFile(`${resultDocument(told, station)}\n`)
      await handle.datasync()
      state = 'up'
      return { as: 'delivered' }
    } catch (error) {
      state = 'down'
      await current?.handle.close().catch(() => {}) // it is opened anew, and the line begun is ended then
      current = null
      return { as: 'later', reason: reasonOf(folder, error) }
    }
  }

  return {
    concurrency: 1,
    deliver(told) {
      const delivery = underWay.then(() => write(told))
      underWay = delivery
      return delivery
    },
    async probe() {
      const before = await rememberFolder(folder)
      try {
        await makeFolder(folder)
        const path = temporaryName(join(folder, 'probe'))
        await (await open(path, 'a')).close()
        await rm(path)
        return { ok: true, words: `${folder} can be written` }
      } catch (error) {
        return { ok: false, words: reasonOf(folder, error) }
      } finally {
        await before.removeEmpty()
      }
    },
    state: () => state,
    async close() {
      await underWay
      await current?.handle.close()
      current = null
    },
  }
}

/** A line that a crash or a full disk cut off is ended, so that the next one stands by itself. */
async function endLastLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat()
  if (size === 0) return
  const last = Buffer.alloc(1)
  await handle.read(last, 0, 1, size - 1)
  if (last[0] !== 10) await handle.appendFile('\n')
}

function reasonOf(folder: string, error: unknown): string {
  return isSystemError(error) ? `${folder}: ${systemReason(error)}` : (error as Error).message
}
