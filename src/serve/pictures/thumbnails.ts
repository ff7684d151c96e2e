/** Small pictures for lists, made when they are first asked for, one after the other, and the latest kept in memory. */
import { createTurns } from '../inspection/turns.ts'
import type { PictureFile } from './picture-file.ts'
import type { PictureMaker } from './picture-maker.ts'

export interface Thumbnails {
  /**
   * @param of - All that decides which picture it is and how it looks. @param side - Largest side in pixels. @returns WebP.
   * @throws What `read` throws. @throws {InputError} It is no picture.
   */
  of(of: readonly unknown[], side: number, read: () => Promise<PictureFile>): Promise<Uint8Array>
}

/** Some 10 MB at 160 pixels. */
const mostKept = 2000

export function createThumbnails({ make }: PictureMaker): Thumbnails {
  /** The least recently asked for first. */
  const kept = new Map<string, Uint8Array>()
  const turns = createTurns()
  const { signal } = new AbortController()
  const find = (key: string): Uint8Array | undefined => {
    const known = kept.get(key)
    if (known === undefined) return
    kept.delete(key)
    kept.set(key, known)
    return known
  }
  return {
    async of(of, side, read) {
      const key = JSON.stringify([...of, side])
      return (
        find(key) ??
        turns.take(signal, async () => {
          const made = find(key) // while this one waited
          if (made !== undefined) return made
          const small = await make({ kind: 'thumbnail', picture: await read(), side })
          kept.set(key, small)
          const [oldest] = kept.keys()
          if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
          return small
        })
      )
    },
  }
}
