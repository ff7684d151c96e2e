/** A whole file. */
import { readFile } from 'node:fs/promises'
import { InputError, type ModelError } from '../errors.ts'
import { isSystemError, systemReason } from './atomic.ts'

/**
 * @param Fault - What a file of a model throws, say; default `InputError`.
 * @throws {InputError} The file is missing or cannot be read.
 */
export async function readBytes(
  path: string,
  Fault: typeof InputError | typeof ModelError = InputError,
): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (isSystemError(cause)) throw new Fault(path, `cannot be read: ${systemReason(cause)}`, { cause })
    throw cause
  }
}
