/** Content hashes of files, remembered while a file stays the same, so that folds do not read every image again. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'

export interface FileContents {
  /** Bytes of a file; absent where files are read where they lie. @throws {InputError} It cannot be read. */
  read?(path: string): Promise<Uint8Array>
  /**
   * The sha256 of a file, hexadecimal, and its bytes where it had to be read.
   *
   * A file counts as the same while its path, inode, size and time of change (to the nanosecond) are.
   *
   * @throws {InputError} It cannot be read.
   */
  identify(path: string): Promise<{ readonly sha256: string; readonly bytes: Uint8Array | null }>
}

/** What a file held, and in which state it was then. */
export interface KnownContent {
  readonly path: string
  readonly state: string
  readonly sha256: string
}

/** What is known can be handed on. */
export interface KnownContents extends FileContents {
  known(paths: readonly string[]): readonly KnownContent[]
  learn(contents: readonly KnownContent[]): void
}

/** @param isSteady - Files may not change: what was said of one once is true to the end, or its name is an {@link InputError}. */
export function rememberContents({ isSteady = false } = {}): KnownContents {
  const known = new Map<string, KnownContent>()
  return {
    known: (paths) => paths.flatMap((path) => known.get(path) ?? []),
    learn(contents) {
      for (const content of contents) known.set(content.path, content)
    },
    async identify(path) {
      try {
        const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
        const state = `${ino} ${size} ${mtimeNs} ${ctimeNs}` // taken before reading: a later change shows next time
        const found = known.get(path)
        if (found?.state === state) return { sha256: found.sha256, bytes: null }
        const bytes = await readFile(path)
        const sha256 = createHash('sha256').update(bytes).digest('hex')
        if (isSteady && found !== undefined && found.sha256 !== sha256)
          throw new InputError(
            path,
            'has changed since the run began: start again, with a dataset that stays as it is',
          )
        known.set(path, { path, state, sha256 })
        return { sha256, bytes }
      } catch (cause) {
        if (!isSystemError(cause)) throw cause
        throw new InputError(path, `cannot be read: ${systemReason(cause)}`, { cause })
      }
    },
  }
}
