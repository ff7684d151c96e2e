/**
 * The memory bank and what belongs to it as bytes: `bank.bin` of a model folder.
 *
 * Layout, little-endian: magic "PLBK", version, rows, dims, length of the JSON header, axes; header (embedding, score
 * and map settings), padded to 4 bytes; float32 [rows, dims]; float32 [axes, dims]. Sizes are checked before anything is allocated.
 */
import { z } from 'zod'
import { ModelError } from '../../errors.ts'
import { patchSettings } from '../patches/patch-settings.ts'

export const bankFileName = 'bank.bin'

const headerSchema = z.strictObject({
  ...patchSettings,
  peaks: z.int().min(1),
  neighbours: z.int().min(1),
  sigma: z.number().min(0),
})

/** How embeddings are made and distances become scores. */
export type BankSettings = z.infer<typeof headerSchema>

export interface Bank {
  readonly settings: BankSettings
  readonly dims: number
  /** float32, shape [rows, dims]. */
  readonly rows: Float32Array
  /** Along which it is searched, orthogonal and of length 1: float32 [few, dims]; null where it is searched whole. */
  readonly axes: Float32Array | null
}

const magic = 0x4b424c50 // "PLBK"
const version = 2
const fixedBytes = 24

export function encodeBank({ settings, dims, rows, axes }: Bank): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(settings))
  const headerBytes = Math.ceil(json.length / 4) * 4
  const end = fixedBytes + headerBytes
  const along = axes ?? new Float32Array()
  const bytes = new Uint8Array(end + rows.byteLength + along.byteLength).fill(0x20, fixedBytes, end)
  const view = new DataView(bytes.buffer)
  const numbers = [magic, version, rows.length / dims, dims, headerBytes, along.length / dims]
  for (const [i, value] of numbers.entries()) view.setUint32(4 * i, value, true)
  bytes.set(json, fixedBytes)
  bytes.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), end)
  bytes.set(new Uint8Array(along.buffer, along.byteOffset, along.byteLength), end + rows.byteLength)
  return bytes
}

/** @throws {ModelError} Wrong magic, version or sizes, a header that is not ours, or values that are not finite. */
export function decodeBank(bytes: Uint8Array): Bank {
  const fail = (reason: string): ModelError => new ModelError(bankFileName, reason)
  if (bytes.length < fixedBytes) throw fail(`expected at least ${fixedBytes} bytes, found ${bytes.length}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const [foundMagic, foundVersion, count, dims, headerBytes, few] = Array.from({ length: 6 }, (_, i) =>
    view.getUint32(4 * i, true),
  ) as [number, number, number, number, number, number]
  if (foundMagic !== magic) throw fail('is not a memory bank of PatchCore')
  if (foundVersion !== version) throw fail(`is of version ${foundVersion}; this program reads ${version}`)
  const end = fixedBytes + headerBytes
  const expected = end + 4 * (count + few) * dims
  if (count < 1 || dims < 1 || few > dims || bytes.length !== expected) {
    throw fail(
      `expected ${expected} bytes for ${count} rows of ${dims} and ${few} axes, found ${bytes.length}`,
    )
  }
  const settings = parseSettings(bytes.subarray(fixedBytes, end), fail)
  const numbers = new Float32Array((count + few) * dims)
  new Uint8Array(numbers.buffer).set(bytes.subarray(end))
  if (!numbers.every(Number.isFinite)) throw fail('holds values that are not finite')
  const rows = numbers.slice(0, count * dims)
  return { settings, dims, rows, axes: few === 0 ? null : numbers.slice(count * dims) }
}

function parseSettings(bytes: Uint8Array, fail: (reason: string) => ModelError): BankSettings {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw fail('its header is not JSON')
  }
  const parsed = headerSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const first = parsed.error.issues[0]!
  throw fail(`its header is not of this version: ${first.path.join('.')}: ${first.message}`)
}
