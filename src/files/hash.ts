/** SHA-256 of bytes and of files, as 64 hexadecimal digits. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * Read in chunks, so that files of any size fit.
 *
 * @throws The operating system's error where the file cannot be read; callers know what kind of file it should be.
 */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return hash.digest('hex')
}
