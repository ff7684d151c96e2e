/**
 * A folder in which a fit keeps what it needs to go on where it was interrupted.
 *
 * Each file begins with the key of the work it belongs to and the hash of what follows, so that what was left by another
 * configuration, or is damaged, is never taken up. A folder that cannot be written is a nuisance, not an error: one note, and
 * the work goes on without it.
 */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { isSystemError, writeFileAtomic } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import type { Task } from '../task.ts'
import type { Scratch } from './detector.ts'

const keyBytes = 64
const fixedBytes = 4 + 2 * keyBytes
const magic = 'PLSC'

/**
 * @param key - 64 hexadecimal digits: a hash over all that decides about the work's result.
 */
export function openScratchFolder(folder: string, key: string, task: Task): Scratch {
  let isOff = false
  return {
    async read(name) {
      const path = join(folder, name)
      let bytes: Uint8Array
      try {
        const { buffer, byteOffset, length } = await readFile(path)
        bytes = new Uint8Array(buffer, byteOffset, length)
      } catch (cause) {
        if (isSystemError(cause)) return undefined
        throw cause
      }
      const text = new TextDecoder('latin1').decode(bytes.subarray(0, fixedBytes))
      const body = bytes.subarray(fixedBytes)
      const isWhole = text.startsWith(magic) && text.slice(4 + keyBytes) === sha256(body)
      if (isWhole && text.slice(4, 4 + keyBytes) === key) return body
      task.note(
        `${path}: ${isWhole ? 'a checkpoint of another configuration' : 'a damaged checkpoint'}; starting afresh`,
      )
      return undefined
    },
    async write(name, bytes) {
      if (isOff) return
      const head = new TextEncoder().encode(`${magic}${key}${sha256(bytes)}`)
      const whole = new Uint8Array(head.length + bytes.length)
      whole.set(head)
      whole.set(bytes, head.length)
      try {
        await writeFileAtomic(join(folder, name), whole)
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        isOff = true
        task.note(`no more checkpoints: ${error.message}; an interrupted training will start at the last one`)
      }
    },
  }
}

/** Once the work is done. What cannot be removed is left. */
export async function removeScratch(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch((cause: unknown) => {
    if (!isSystemError(cause)) throw cause
  })
}
