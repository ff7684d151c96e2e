/**
 * Features on disk, found by content: the same image bytes, prepared alike and seen by the same backbone, are never
 * extracted twice. What the key is made of is the caller's business; here it is 64 hexadecimal digits.
 *
 * One file an entry, `<folder>/<first two digits>/<key>.features`: magic, CRC-32 of the rest, length of the JSON
 * header (key, frame, maps), header, float16 values. An entry that is damaged or foreign is a miss. A cache that
 * cannot be written is a nuisance, not an error: one note, and the work goes on without it.
 *
 * The cache stays below `maxBytes`: least recently used entries go first, and none that this process used. Times are
 * kept to the hour, which is enough to order runs.
 */
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { UsageError } from '../errors.ts'
import { isSystemError, systemReason, temporaryName } from '../files/atomic.ts'
import type { Frame } from '../image/image.ts'
import { decodeFloat16, encodeFloat16 } from '../math/float16.ts'
import { mapConcurrent, type Task } from '../task.ts'
import type { FeatureMap, ImageFeatures } from './backbone.ts'

export interface FeatureCache {
  /** Undefined when there is none, or none that is whole. */
  find(key: string): Promise<ImageFeatures | undefined>
  /** Stores features whose values are float16 numbers already ({@link roundFeatures}). */
  store(key: string, features: ImageFeatures, task: Task): Promise<void>
}

export interface FeatureCacheOptions {
  /** Upper limit for the whole folder; default {@link defaultCacheBytes}. */
  readonly maxBytes?: number
  /**
   * Other threads, or processes of other machines, work in it too: what somebody used in the last quarter of an hour stays, and the folder
   * is counted again as it fills. Where all of it is in use, features are worked out anew each time they are asked for, and nobody drops
   * what another needs next. With n of them it may grow by n / 64 over the limit.
   */
  readonly isShared?: boolean
}

/**
 * 20 GB, unless `PLUMBLINE_CACHE_BYTES` says otherwise.
 *
 * @throws {UsageError} The variable holds something else than a number of bytes.
 */
export function defaultCacheBytes(env: Readonly<Record<string, string | undefined>> = process.env): number {
  const named = env.PLUMBLINE_CACHE_BYTES
  if (named === undefined || named === '') return 20e9
  const bytes = Number(named)
  if (bytes >= 0) return bytes
  throw new UsageError(`PLUMBLINE_CACHE_BYTES: expected a number of bytes, got ${named}`)
}

/** Rounds every value to float16 precision, in place, so that the network and the cache give the same numbers. */
export function roundFeatures(features: ImageFeatures): ImageFeatures {
  for (const { data } of features.maps) decodeFloat16(encodeFloat16(data), data)
  return features
}

const magic = 0x31464c50 // "PLF1", little-endian: raise the digit when the layout changes
const fixedBytes = 12
const extension = '.features'
const hourMs = 3_600_000
/** Of a shared folder: how long an entry counts as in use, and how exactly its last use is kept. */
const [sharedUseMs, sharedTouchMs] = [900_000, 300_000]

/** Milliseconds since 1970: for the ages of cache files, never for results. */
const now = (): number => performance.timeOrigin + performance.now()

export function openFeatureCache(folder: string, options: FeatureCacheOptions = {}): FeatureCache {
  const maxBytes = options.maxBytes ?? defaultCacheBytes()
  const used = new Set<string>()
  const touchMs = options.isShared === true ? sharedTouchMs : hourMs
  let totalBytes: number | undefined // of the folder, once counted
  let writtenBytes = 0 // since then
  let isOff = false

  const pathOf = (key: string) => join(folder, key.slice(0, 2), key + extension)

  const find = async (key: string): Promise<ImageFeatures | undefined> => {
    const path = pathOf(key)
    let bytes: Buffer
    try {
      const file = await open(path, 'r')
      try {
        const { size, mtimeMs } = await file.stat()
        bytes = Buffer.allocUnsafeSlow(size) // its own memory, so that typed arrays over it are aligned
        const { bytesRead } = await file.read(bytes, 0, size, 0)
        if (bytesRead < size) return undefined
        if (now() - mtimeMs > touchMs) await touch(path)
      } finally {
        await file.close()
      }
    } catch (cause) {
      if (isSystemError(cause)) return undefined // not there, or not readable: the same to the caller
      throw cause
    }
    used.add(key)
    return decodeEntry(key, bytes)
  }

  const storeNow = async (key: string, features: ImageFeatures, task: Task): Promise<void> => {
    if (isOff) return
    const path = pathOf(key)
    const bytes = encodeEntry(key, features)
    const temporary = temporaryName(path)
    try {
      if (options.isShared === true && writtenBytes > maxBytes / 64) totalBytes = undefined
      if (totalBytes === undefined) {
        totalBytes = await countAndClean(folder)
        writtenBytes = 0
      }
      if (totalBytes + bytes.length > maxBytes) {
        const inUse = ({ key, mtimeMs }: StoredFile): boolean =>
          used.has(key) || (options.isShared === true && now() - mtimeMs < sharedUseMs)
        totalBytes = await evict(folder, 0.9 * maxBytes - bytes.length, inUse)
      }
      if (totalBytes + bytes.length > maxBytes) {
        isOff = true
        task.note(
          `feature cache: ${folder} is full (${maxBytes} bytes, all in use); storing no more features`,
        )
        return
      }
      // No flush to disk as in `replaceAtomic`: the checksum catches what a power cut may leave.
      await mkdir(dirname(path), { recursive: true })
      await writeFile(temporary, bytes)
      await rename(temporary, path)
      totalBytes += bytes.length
      writtenBytes += bytes.length
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => {}) // the folder cannot be written, which is noted below
      if (!isSystemError(cause)) throw cause
      isOff = true
      task.note(`feature cache: ${path} cannot be written: ${systemReason(cause)}; storing no more features`)
    }
  }
  // One after the other: the count of bytes is right, and one full disk makes one note.
  let last: Promise<void> = Promise.resolve()
  const store = (key: string, features: ImageFeatures, task: Task): Promise<void> => {
    used.add(key)
    last = last.then(() => storeNow(key, features, task))
    return last
  }
  return { find, store }
}

/** Marks an entry as used now; a read-only cache is used all the same. */
async function touch(path: string): Promise<void> {
  const seconds = now() / 1000
  await utimes(path, seconds, seconds).catch((cause: unknown) => {
    if (!isSystemError(cause)) throw cause
  })
}

interface StoredFile {
  readonly path: string
  readonly key: string
  readonly bytes: number
  readonly mtimeMs: number
}

/** Every entry of the folder; what an interrupted writer left an hour ago or earlier is removed on the way. */
async function* listEntries(folder: string): AsyncGenerator<StoredFile> {
  const subfolders = await readdir(folder).catch(emptyWhenMissing)
  for (const subfolder of subfolders.filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    const names = await readdir(join(folder, subfolder)).catch(emptyWhenMissing)
    const described = mapConcurrent(names, 16, async (name) => {
      const path = join(folder, subfolder, name)
      const found = await stat(path).catch(() => undefined) // gone in the meantime: another process evicts too
      return (
        found && { path, key: name.slice(0, -extension.length), bytes: found.size, mtimeMs: found.mtimeMs }
      )
    })
    for await (const file of described) {
      if (file === undefined) continue
      if (file.path.endsWith(extension)) yield file
      else if (file.path.endsWith('.partial') && now() - file.mtimeMs > hourMs)
        await rm(file.path, { force: true })
    }
  }
}

function emptyWhenMissing(cause: unknown): string[] {
  if (isSystemError(cause) && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return []
  throw cause
}

async function countAndClean(folder: string): Promise<number> {
  let total = 0
  for await (const { bytes } of listEntries(folder)) total += bytes
  return total
}

/** Removes least recently used entries until at most `targetBytes` are left; returns what is left. */
async function evict(
  folder: string,
  targetBytes: number,
  isInUse: (file: StoredFile) => boolean,
): Promise<number> {
  const files: StoredFile[] = []
  for await (const file of listEntries(folder)) files.push(file)
  files.sort((a, b) => a.mtimeMs - b.mtimeMs || (a.key < b.key ? -1 : 1))
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const file of files) {
    if (total <= targetBytes) break
    if (isInUse(file)) continue
    await rm(file.path, { force: true })
    total -= file.bytes
  }
  return total
}

interface EntryHeader {
  readonly key: string
  readonly frame: Frame
  readonly maps: readonly Omit<FeatureMap, 'data'>[]
}

function encodeEntry(key: string, { frame, maps }: ImageFeatures): Buffer {
  const shapes = maps.map(({ stage, channels, rows, cols }) => ({ stage, channels, rows, cols }))
  const header: EntryHeader = { key, frame, maps: shapes }
  const json = Buffer.from(JSON.stringify(header))
  const headerBytes = json.length + (json.length % 2) // values begin at an even offset
  const values = maps.reduce((sum, { data }) => sum + data.length, 0)
  const bytes = Buffer.allocUnsafeSlow(fixedBytes + headerBytes + 2 * values)
  bytes.writeUInt32LE(magic, 0)
  bytes.writeUInt32LE(headerBytes, 8)
  bytes.fill(' ', fixedBytes, fixedBytes + headerBytes)
  json.copy(bytes, fixedBytes)
  let offset = fixedBytes + headerBytes
  for (const { data } of maps) {
    encodeFloat16(data, new Uint16Array(bytes.buffer, offset, data.length))
    offset += 2 * data.length
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4)
  return bytes
}

/** Undefined for anything but a whole entry of this key. The checksum covers the header, so its JSON can be trusted. */
function decodeEntry(key: string, bytes: Buffer): ImageFeatures | undefined {
  if (bytes.length < fixedBytes || bytes.readUInt32LE(0) !== magic) return undefined
  if (bytes.readUInt32LE(4) !== crc32(bytes.subarray(8))) return undefined
  let offset = fixedBytes + bytes.readUInt32LE(8)
  const header: EntryHeader = JSON.parse(bytes.toString('utf8', fixedBytes, offset))
  const values = header.maps.reduce((sum, { channels, rows, cols }) => sum + channels * rows * cols, 0)
  if (header.key !== key || offset % 2 !== 0 || offset + 2 * values !== bytes.length) return undefined
  const maps = header.maps.map((shape) => {
    const count = shape.channels * shape.rows * shape.cols
    const data = decodeFloat16(new Uint16Array(bytes.buffer, bytes.byteOffset + offset, count))
    offset += 2 * count
    return { ...shape, data }
  })
  return { maps, frame: header.frame }
}
