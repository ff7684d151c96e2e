/**
 * Candidates of a shard as bytes.
 *
 * Layout, little-endian: magic "PLCS", version, rows, dims, patches they were drawn from (float64); of every row its priority, image and
 * place (float64 each, [3, rows]); float32 [rows, dims]. Sizes are checked before anything is allocated.
 */
import { ModelError } from '../../errors.ts'
import type { DrawnRows } from '../patches/priority-sample.ts'

const magic = 0x53434c50 // "PLCS"
const version = 1
const headerBytes = 24
export const candidatesName = 'candidates of a shard'

/** @param drawn - Null for a shard that has no image of the fit. */
export function encodeCandidates(drawn: DrawnRows | null): Uint8Array {
  const count = drawn?.priorities.length ?? 0
  const dims = drawn?.dims ?? 0
  const bytes = new Uint8Array(headerBytes + 24 * count + 4 * count * dims)
  const view = new DataView(bytes.buffer)
  for (const [i, value] of [magic, version, count, dims].entries()) view.setUint32(4 * i, value, true)
  if (drawn === null) return bytes
  view.setFloat64(16, drawn.seen, true)
  new Float64Array(bytes.buffer, headerBytes, count).set(drawn.priorities)
  new Float64Array(bytes.buffer, headerBytes + 8 * count, count).set(drawn.images)
  new Float64Array(bytes.buffer, headerBytes + 16 * count, count).set(drawn.places)
  new Float32Array(bytes.buffer, headerBytes + 24 * count).set(drawn.rows)
  return bytes
}

/** @throws {ModelError} Wrong magic, version or sizes, or values that are not finite. */
export function decodeCandidates(bytes: Uint8Array): DrawnRows | null {
  const fail = (reason: string): ModelError => new ModelError(candidatesName, reason)
  if (bytes.length < headerBytes) throw fail(`expected at least ${headerBytes} bytes, found ${bytes.length}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const word = (i: number): number => view.getUint32(4 * i, true)
  const [count, dims, seen] = [word(2), word(3), view.getFloat64(16, true)]
  if (word(0) !== magic) throw fail('are no candidates of PatchCore')
  if (word(1) !== version) throw fail(`are of version ${word(1)}; this program reads ${version}`)
  const expected = headerBytes + 24 * count + 4 * count * dims
  if (bytes.length !== expected || !(seen >= count))
    throw fail(`expected ${expected} bytes for ${count} rows of ${dims}, found ${bytes.length}`)
  if (count === 0) return null
  const { buffer } = new Uint8Array(bytes.subarray(headerBytes)) // its own memory: typed arrays over it are aligned
  const drawn = {
    ...{ seen, dims, rows: new Float32Array(buffer, 24 * count) },
    priorities: new Float64Array(buffer, 0, count),
    images: new Float64Array(buffer, 8 * count, count),
    places: new Float64Array(buffer, 16 * count, count),
  }
  if (!drawn.rows.every(Number.isFinite) || !drawn.priorities.every(Number.isFinite))
    throw fail('hold values that are not finite')
  return drawn
}
