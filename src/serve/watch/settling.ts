/**
 * Which files of a watched folder are whole and new. A file is taken when its size and times have stood still for a while by a clock that
 * cannot be set; times of the file are only ever compared with themselves, so that clocks of cameras and of this machine may be wrong or jump.
 */

/** A file as it was seen. */
export interface SeenFile {
  /** Below the watched folder, with `/`. */
  readonly path: string
  readonly size: number
  readonly mtimeMs: number
  /** Of its node: a file that was put in the place of another has another. */
  readonly ino: number
}

export interface SettlingOptions {
  /** Milliseconds for which a file stands still before it is whole. */
  readonly settleMs: number
  /** Milliseconds after which a file that cannot be read will not become a picture any more. */
  readonly patienceMs: number
}

export interface Settling {
  /**
   * @param files - All that there are, or some of them. @param now - Monotonic milliseconds.
   * @returns Those to be taken now, in the order given; each once, until it is told what became of it.
   */
  look(files: readonly SeenFile[], now: number): readonly SeenFile[]
  /** Judged: not to be taken again while it stays as it is. */
  done(file: SeenFile): void
  /** It could not be read: perhaps it is still being written. @returns false where that has been so for too long. */
  isUnfinished(file: SeenFile, now: number): boolean
  /** It is well and could not be judged now: to be taken again a while later. */
  later(file: SeenFile, now: number): void
  /** It has become another while it was read: to be looked at as if it were new. */
  forget(path: string): void
  /** What is no longer there is forgotten. @param paths - All that there are. */
  keepOnly(paths: ReadonlySet<string>): void
  /** Known to be done: these need not be looked at each time. */
  isDone(path: string): boolean
}

interface Entry {
  readonly identity: string
  /** Monotonic time at which it was first seen like this. */
  readonly since: number
  state: 'settling' | 'taken' | 'unfinished' | 'done'
  /** Of an unfinished one: when to try again. */
  tryAt: number
}

export const identityOf = ({ size, mtimeMs, ino }: SeenFile): string => `${size}-${mtimeMs}-${ino}`

export function createSettling({ settleMs, patienceMs }: SettlingOptions): Settling {
  const entries = new Map<string, Entry>()
  const entryOf = (file: SeenFile): Entry | undefined => {
    const entry = entries.get(file.path)
    return entry?.identity === identityOf(file) ? entry : undefined
  }
  return {
    look(files, now) {
      const taken: SeenFile[] = []
      for (const file of files) {
        const entry = entryOf(file)
        if (entry === undefined) {
          // One that is being judged as it was is left alone until that is over.
          if (entries.get(file.path)?.state === 'taken') continue
          entries.set(file.path, {
            identity: identityOf(file),
            since: now,
            state: 'settling',
            tryAt: now + settleMs,
          })
        } else if ((entry.state === 'settling' || entry.state === 'unfinished') && now >= entry.tryAt) {
          entry.state = 'taken'
          taken.push(file)
        }
      }
      return taken
    },
    done(file) {
      const identity = identityOf(file)
      entries.set(file.path, { identity, since: 0, state: 'done', tryAt: 0 })
    },
    isUnfinished(file, now) {
      const entry = entryOf(file)
      if (entry === undefined) return true
      if (now - entry.since >= patienceMs) return false
      entry.state = 'unfinished'
      entry.tryAt = now + settleMs
      return true
    },
    later(file, now) {
      const entry = entryOf(file)
      if (entry === undefined) return
      entry.state = 'unfinished'
      entry.tryAt = now + settleMs
    },
    forget(path) {
      entries.delete(path)
    },
    keepOnly(paths) {
      for (const path of entries.keys()) if (!paths.has(path)) entries.delete(path)
    },
    isDone: (path) => entries.get(path)?.state === 'done',
  }
}
