/** A whole file. */
import { readFile } from 'node:fs/promises'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from './atomic.ts'

/** @throws {InputError} The file is missing or cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (isSystemError(cause)) throw new InputError(path, systemReason(cause), { cause })
    throw cause
  }
}
