/** Which formats are read, told by the first bytes of a file; names and endings prove nothing. */
import { extname } from 'node:path'

export type ImageFormat = 'JPEG' | 'PNG' | 'TIFF' | 'WebP' | 'BMP' | 'PNM'

/** More pixels than this are refused before anything is allocated: 400 megapixels are 1.2 GB as RGB. */
export const maximumPixels = 400_000_000

/** Why a picture of such a size is refused, with what to do instead. */
export function sizeLimit({ width, height }: { readonly width: number; readonly height: number }): string {
  const limit = `it is above the limit of ${maximumPixels / 1e6} megapixels`
  const isStrip = Math.max(width, height) >= 8 * Math.min(width, height)
  const advice = isStrip ? 'a strip of a line-scan camera is to be cut into frames' : 'cut it into tiles'
  return width > 0 && height > 0 ? `${limit} (${width}x${height}): ${advice} before it is judged` : limit
}

/** Endings of the formats that are read. */
const endings: ReadonlySet<string> = new Set(
  '.jpg .jpeg .jpe .jif .jfif .pjpeg .pjp .png .tif .tiff .bmp .dib .webp .pgm .ppm .pbm .pnm .pam'.split(
    ' ',
  ),
)

/** Endings of pictures that are not read: whoever lists a folder must say so instead of passing them over. */
const foreignEndings: ReadonlySet<string> = new Set(
  '.jp2 .j2k .j2c .jpf .jpx .jpm .heic .heif .avif .jxl .gif .dng .cr2 .cr3 .nef .arw .orf .rw2 .raf .raw .exr .pfm .tga .pcx .psd .jls .dcm .fits .fit'.split(
    ' ',
  ),
)

/**
 * Whether a file is meant to be an image, by its ending in any case; for listing folders without opening files. Pictures in formats
 * that are not read count too: opening one says why it is none of ours.
 */
export function isImageName(name: string): boolean {
  const ending = extname(name).toLowerCase()
  return endings.has(ending) || foreignEndings.has(ending)
}

/** Whether the ending is of a format that is read. */
export const isReadableImageName = (name: string): boolean => endings.has(extname(name).toLowerCase())

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
  ...'1234567'.split('').map((kind) => ['PNM', { at: 0, bytes: `P${kind}` }] as const),
]

/** What else people point at; the reason then says so. */
const strangers: readonly (readonly [string, Signature])[] = [
  ['a Git LFS pointer: fetch the real file with `git lfs pull`', { at: 0, bytes: 'version https://git-lfs' }],
  ['a GIF: save it as PNG', { at: 0, bytes: 'GIF8' }],
  ['JPEG 2000: convert it without loss, to PNG or TIFF', { at: 4, bytes: 'jP  \r\n' }],
  ['JPEG 2000: convert it without loss, to PNG or TIFF', { at: 0, bytes: '\xff\x4f\xff\x51' }],
  ['JPEG XL: convert it to PNG', { at: 4, bytes: 'JXL \r\n' }],
  ['JPEG XL: convert it to PNG', { at: 0, bytes: '\xff\x0a' }],
  ['OpenEXR: convert it to TIFF', { at: 0, bytes: 'v/1\x01' }],
  ['a portable float map: convert it to TIFF', { at: 0, bytes: 'Pf\n' }],
  ['a portable float map: convert it to TIFF', { at: 0, bytes: 'PF\n' }],
  ['a DICOM file: export the picture as PNG or TIFF', { at: 128, bytes: 'DICM' }],
  ['a FITS file: export the picture as TIFF', { at: 0, bytes: 'SIMPLE  =' }],
  ['a picture of Photoshop: save it as PNG or TIFF', { at: 0, bytes: '8BPS' }],
  ['raw data of a camera: develop it to TIFF or PNG first', { at: 0, bytes: 'FUJIFILMCCD-RAW' }],
  ['raw data of a camera: develop it to TIFF or PNG first', { at: 0, bytes: 'IIRO' }],
  ['raw data of a camera: develop it to TIFF or PNG first', { at: 0, bytes: 'IIU\0' }],
  ['a PDF', { at: 0, bytes: '%PDF' }],
  ['HEIC, AVIF or a video: convert pictures to JPEG or PNG', { at: 4, bytes: 'ftyp' }],
  ['a ZIP archive', { at: 0, bytes: 'PK\x03\x04' }],
  ['text such as SVG or HTML', { at: 0, bytes: '<' }],
]

/** The format by its signature, undefined for none of ours. Needs the first 12 bytes. */
export function findImageFormat(head: Uint8Array): ImageFormat | undefined {
  const found = formats.find(([, ...signatures]) =>
    signatures.every((signature) => matches(head, signature)),
  )?.[0]
  // Two letters are little: a blank (or a comment) must follow.
  if (found === 'PNM' && !(head[2] === 35 || head[2] === 32 || (head[2]! >= 9 && head[2]! <= 13)))
    return undefined
  return found
}

/**
 * Why bytes are none of our formats, for a message. Needs the first 160 bytes.
 *
 * @param name - Of the file, whose ending may say what it should be.
 */
export function describeStranger(head: Uint8Array, name = ''): string {
  if (head.length === 0) return 'is empty (0 bytes)'
  const found = strangers.find(([, signature]) => matches(head, signature))
  const isHeadless = found === undefined && /\.(raw|bin|dat|bayer\w*)$/i.test(name)
  const guess = isHeadless
    ? ' but, it seems, pixels without a header, whose size and order nobody can know: save it as PNG or TIFF (a Bayer mosaic developed to colour)'
    : ''
  return `is no JPEG, PNG, TIFF, BMP, WebP or PNM image${found ? ` but ${found[0]}` : guess}`
}

function matches(head: Uint8Array, { at, bytes }: Signature): boolean {
  if (head.length < at + bytes.length) return false
  for (let i = 0; i < bytes.length; i++) if (head[at + i] !== bytes.charCodeAt(i)) return false
  return true
}
