/** Small pictures for lists, made when they are first asked for, one after the other, and the latest kept in memory. */
import { decodeImage } from '../../image/decode-image.ts'
import { encodeWebp } from '../../image/encode-image.ts'
import { shrinkImage, thumbnailSize } from '../../report/thumbnail.ts'
import { createTurns } from '../inspection/turns.ts'
import type { PictureFile } from './picture-file.ts'

/** @typeParam Name - What a picture is asked for by. */
export interface Thumbnails<Name extends readonly (string | number)[]> {
  /** WebP; undefined where the picture is not kept. @param side - Largest side in pixels. */
  of(name: Name, side: number): Promise<Uint8Array | undefined>
}

/** Some 10 MB at 160 pixels. */
const mostKept = 2000

export function createThumbnails<const Name extends readonly (string | number)[]>(
  read: (...name: Name) => Promise<PictureFile | undefined>,
): Thumbnails<Name> {
  /** The least recently asked for first. */
  const kept = new Map<string, Uint8Array>()
  const turns = createTurns()
  const { signal } = new AbortController()
  return {
    async of(name, side) {
      const key = JSON.stringify([...name, side])
      const known = kept.get(key)
      if (known !== undefined) {
        kept.delete(key)
        kept.set(key, known)
        return known
      }
      return turns.take(signal, async () => {
        const file = await read(...name)
        if (file === undefined) return
        const picture = await decodeImage(file.bytes, file.reading)
        const small = await encodeWebp(shrinkImage(picture, thumbnailSize(picture, side)))
        kept.set(key, small)
        const [oldest] = kept.keys()
        if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
        return small
      })
    },
  }
}
