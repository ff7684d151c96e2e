/** Pictures as a browser draws them: TIFF and PNM, which none draws, BMP, of which not all kinds are, and more than 8 bits become PNG. */
import { decodeImage } from '../../image/decode-image.ts'
import { encodePng } from '../../image/encode-image.ts'
import { findImageFormat } from '../../image/image-format.ts'
import { createTurns } from '../inspection/turns.ts'
import type { PictureFile } from './picture-file.ts'

const { signal } = new AbortController()

/** @returns Of bytes that browsers draw as they are read here, these; else a PNG of 8 bits and the same size, one made at a time. */
export function createDrawn(): (picture: PictureFile) => Promise<Uint8Array> {
  const turns = createTurns()
  return async ({ bytes, reading }) =>
    isDrawn(bytes, reading)
      ? bytes
      : turns.take(signal, async () => encodePng(await decodeImage(bytes, reading)))
}

function isDrawn(bytes: Uint8Array, { range }: PictureFile['reading']): boolean {
  const format = findImageFormat(bytes)
  if (format === 'PNG') return range === undefined || bytes[24] !== 16 // bits of a sample
  return format === 'JPEG' || format === 'WebP'
}
