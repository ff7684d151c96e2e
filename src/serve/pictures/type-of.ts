/** What a picture is called over HTTP. */
import { findImageFormat } from '../../image/image-format.ts'

const types: Readonly<Record<string, string>> = {
  JPEG: 'image/jpeg',
  PNG: 'image/png',
  TIFF: 'image/tiff',
  BMP: 'image/bmp',
  WebP: 'image/webp',
}

/** By content: nothing that a client called it. Anything else than a picture is never shown by a browser. */
export const typeOf = (bytes: Uint8Array): string =>
  types[findImageFormat(bytes) ?? ''] ?? 'application/octet-stream'
