/** Whether a file of a model folder is the one that the card vouches for. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { sha256, sha256File } from '../files/hash.ts'
import { readBytes } from '../files/read-bytes.ts'

export interface ExpectedFile {
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

/** @throws {ModelError} The file is missing, truncated or altered. Cost: one pass over it. */
export async function checkFile(folder: string, expected: ExpectedFile): Promise<void> {
  const path = join(folder, expected.file)
  try {
    refuseLength(path, expected, (await stat(path)).size)
    refuseHash(path, expected, await sha256File(path))
  } catch (cause) {
    if (isSystemError(cause)) throw new ModelError(path, systemReason(cause), { cause })
    throw cause
  }
}

/** Its bytes. @throws {ModelError} As {@link checkFile}. */
export async function readChecked(folder: string, expected: ExpectedFile): Promise<Uint8Array> {
  const path = join(folder, expected.file)
  const bytes = await readBytes(path, ModelError)
  refuseLength(path, expected, bytes.length)
  refuseHash(path, expected, sha256(bytes))
  return bytes
}

function refuseLength(path: string, { bytes }: ExpectedFile, found: number): void {
  if (found === bytes) return
  throw new ModelError(path, `expected ${bytes} bytes, found ${found}: the file is truncated or altered`)
}

function refuseHash(path: string, { sha256: hash }: ExpectedFile, found: string): void {
  if (found === hash) return
  throw new ModelError(path, 'its sha256 differs from the one in model.json: the file was altered')
}
