/**
 * What the directory of a TIFF says about its pixels, which libvips does not tell: what bands beyond the colours mean, whether
 * the picture is a mosaic, how many pages there are.
 *
 * Source: TIFF 6.0 (Adobe, 1992), sections 2 and 8; "BigTIFF" of libtiff; TIFF/EP and DNG for colour filter arrays.
 */

export interface TiffHead {
  /** Images in the file, reduced copies of others not counted. */
  readonly pages: number
  readonly width: number
  readonly height: number
  readonly bits: number
  /** 1 unsigned, 2 signed, 3 floating point, others as in the standard. */
  readonly sampleFormat: number
  readonly samples: number
  /** 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 32803 colour filter array, 34892 linear raw. */
  readonly photometric: number
  /** Of each band beyond the colours: 0 unspecified, 1 and 2 alpha. */
  readonly extra: readonly number[]
  /** Written by a camera as raw data (DNG), whose first page is often a small preview. */
  readonly isRaw: boolean
}

/** Reads `length` bytes from an offset; fewer at the end of the file. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>

const mostPages = 100_000
const typeSizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 }

/** @returns null where the directory is damaged; who decodes the file will say how. */
export async function readTiffHead(readAt: ReadAt): Promise<TiffHead | null> {
  try {
    const head = viewOf(await readAt(0, 16))
    const little = head.getUint8(0) === 0x49
    const isBig = head.getUint16(2, little) === 43
    const first = isBig ? Number(head.getBigUint64(8, little)) : head.getUint32(4, little)
    const main = await readDirectory(readAt, first, little, isBig)
    let pages = 1
    const seen = new Set([first])
    for (let next = main.next; next !== 0 && !seen.has(next) && pages < mostPages; ) {
      seen.add(next)
      const further = await readDirectory(readAt, next, little, isBig, [254])
      if (((further.one(254) ?? 0) & 1) === 0) pages++
      next = further.next
    }
    const samples = main.one(277) ?? 1
    return {
      pages,
      width: main.one(256) ?? 0,
      height: main.one(257) ?? 0,
      bits: main.one(258) ?? 1,
      sampleFormat: main.one(339) ?? 1,
      samples,
      photometric: main.one(262) ?? 1,
      extra: main.all(338),
      isRaw: main.has(50706),
    }
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** The same of a file in memory. */
export function tiffHeadOf(bytes: Uint8Array): Promise<TiffHead | null> {
  return readTiffHead(async (offset, length) => bytes.subarray(offset, offset + length))
}

interface Directory {
  readonly next: number
  has(tag: number): boolean
  one(tag: number): number | undefined
  all(tag: number): readonly number[]
}

const wanted = [254, 256, 257, 258, 262, 277, 338, 339, 50706]

/** @throws {RangeError} It reaches beyond the file. */
async function readDirectory(
  readAt: ReadAt,
  at: number,
  little: boolean,
  isBig: boolean,
  tags: readonly number[] = wanted,
): Promise<Directory> {
  const [countSize, entrySize, pointer] = isBig ? [8, 20, 8] : [2, 12, 4]
  const number = (view: DataView, offset: number, size: number): number =>
    size === 1
      ? view.getUint8(offset)
      : size === 2
        ? view.getUint16(offset, little)
        : size === 4
          ? view.getUint32(offset, little)
          : Number(view.getBigUint64(offset, little))
  const count = number(viewOf(await readAt(at, countSize)), 0, countSize)
  if (count > 4096) throw new RangeError('directory')
  const view = viewOf(await readAt(at + countSize, count * entrySize + pointer))
  const values = new Map<number, readonly number[]>()
  for (let i = 0; i < count; i++) {
    const entry = i * entrySize
    const tag = view.getUint16(entry, little)
    if (!tags.includes(tag)) continue
    const size = typeSizes[view.getUint16(entry + 2, little)]
    const length = Math.min(64, number(view, entry + 4, pointer))
    if (size === undefined) continue
    const place = entry + 4 + pointer
    const isInline = size * length <= pointer
    const source = isInline ? view : viewOf(await readAt(number(view, place, pointer), size * length))
    const start = isInline ? place : 0
    values.set(
      tag,
      Array.from({ length }, (_, k) => number(source, start + k * size, size)),
    )
  }
  return {
    next: number(view, count * entrySize, pointer),
    has: (tag) => values.has(tag),
    one: (tag) => values.get(tag)?.[0],
    all: (tag) => values.get(tag) ?? [],
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
