/** Pictures as a browser draws them: TIFF and PNM, which none draws, BMP, of which not all kinds are, and more than 8 bits become PNG. */
import { findImageFormat } from '../../image/image-format.ts'
import { createTurns } from '../inspection/turns.ts'
import type { PictureFile } from './picture-file.ts'
import type { PictureMaker } from './picture-maker.ts'

const { signal } = new AbortController()

/** @returns Of bytes that browsers draw as they are read here, these; else a PNG of 8 bits and the same size, one made at a time. */
export function createDrawn({ make }: PictureMaker): (picture: PictureFile) => Promise<Uint8Array> {
  const turns = createTurns()
  return async (picture) =>
    isDrawn(picture) ? picture.bytes : turns.take(signal, () => make({ kind: 'png', picture }))
}

function isDrawn({ bytes, reading: { range } }: PictureFile): boolean {
  const format = findImageFormat(bytes)
  if (format === 'PNG') return range === undefined || bytes[24] !== 16 // bits of a sample
  return format === 'JPEG' || format === 'WebP'
}
