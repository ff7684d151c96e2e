import { isSystemError, systemReason } from '../files/atomic.ts'
import { sha256File } from '../files/hash.ts'
import type { Outcome } from './jobs.ts'

/** Hash of a file, or why it cannot be read. */
export async function hashOf(path: string): Promise<Outcome<string>> {
  try {
    return { ok: true, value: await sha256File(path) }
  } catch (error) {
    if (!isSystemError(error)) throw error
    return { ok: false, reason: `cannot be read: ${systemReason(error)}` }
  }
}
