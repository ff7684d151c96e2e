/** Which formats are read, told by the first bytes of a file; names and endings prove nothing. */
import { extname } from 'node:path'

export type ImageFormat = 'JPEG' | 'PNG' | 'TIFF' | 'WebP' | 'BMP'

/** More pixels than this are refused before anything is allocated: 400 megapixels are 1.2 GB as RGB. */
export const maximumPixels = 400_000_000

const endings: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.tif', '.tiff', '.bmp', '.webp'])

/** Whether a file is meant to be an image, by its ending in any case; for listing folders without opening files. */
export function isImageName(name: string): boolean {
  return endings.has(extname(name).toLowerCase())
}

interface Signature {
  readonly at: number
  readonly bytes: string // Latin-1
}

const formats: readonly (readonly [ImageFormat, ...Signature[]])[] = [
  ['JPEG', { at: 0, bytes: '\xff\xd8\xff' }],
  ['PNG', { at: 0, bytes: '\x89PNG\r\n\x1a\n' }],
  ['TIFF', { at: 0, bytes: 'II*\0' }],
  ['TIFF', { at: 0, bytes: 'MM\0*' }],
  ['TIFF', { at: 0, bytes: 'II+\0' }], // BigTIFF
  ['TIFF', { at: 0, bytes: 'MM\0+' }],
  ['WebP', { at: 0, bytes: 'RIFF' }, { at: 8, bytes: 'WEBP' }],
  ['BMP', { at: 0, bytes: 'BM' }],
]

/** What else people point at; the reason then says so. */
const strangers: readonly (readonly [string, Signature])[] = [
  ['a Git LFS pointer: fetch the real file with `git lfs pull`', { at: 0, bytes: 'version https://git-lfs' }],
  ['a GIF', { at: 0, bytes: 'GIF8' }],
  ['a PDF', { at: 0, bytes: '%PDF' }],
  ['a HEIF, AVIF or video file', { at: 4, bytes: 'ftyp' }],
  ['a ZIP archive', { at: 0, bytes: 'PK\x03\x04' }],
  ['text such as SVG or HTML', { at: 0, bytes: '<' }],
]

/** The format by its signature, undefined for none of ours. Needs the first 12 bytes. */
export function findImageFormat(head: Uint8Array): ImageFormat | undefined {
  return formats.find(([, ...signatures]) => signatures.every((signature) => matches(head, signature)))?.[0]
}

/** Why bytes are none of our formats, for a message. Needs the first 32 bytes. */
export function describeStranger(head: Uint8Array): string {
  if (head.length === 0) return 'is empty (0 bytes)'
  const found = strangers.find(([, signature]) => matches(head, signature))
  return `is no JPEG, PNG, TIFF, BMP or WebP image${found ? ` but ${found[0]}` : ''}`
}

function matches(head: Uint8Array, { at, bytes }: Signature): boolean {
  if (head.length < at + bytes.length) return false
  for (let i = 0; i < bytes.length; i++) if (head[at + i] !== bytes.charCodeAt(i)) return false
  return true
}
