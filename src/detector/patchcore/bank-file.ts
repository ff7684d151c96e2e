/**
 * The memory bank and what belongs to it as bytes: `bank.bin` of a model folder.
 *
 * Layout, little-endian: magic "PLBK", version, rows, dims, length of the JSON header; header (embedding, score and map
 * settings), padded to 4 bytes; float32 [rows, dims]. Sizes are checked before anything is allocated.
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
}

const magic = 0x4b424c50 // "PLBK"
const version = 1
const fixedBytes = 20

export function encodeBank({ settings, dims, rows }: Bank): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(settings))
  const headerBytes = Math.ceil(json.length / 4) * 4
  const bytes = new Uint8Array(fixedBytes + headerBytes + rows.byteLength).fill(
    0x20,
    fixedBytes,
    fixedBytes + headerBytes,
  )
  const view = new DataView(bytes.buffer)
  for (const [i, value] of [magic, version, rows.length / dims, dims, headerBytes].entries()) {
    view.setUint32(4 * i, value, true)
  }
  bytes.set(json, fixedBytes)
  bytes.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), fixedBytes + headerBytes)
  return bytes
}

/** @throws {ModelError} Wrong magic, version or sizes, a header that is not ours, or values that are not finite. */
export function decodeBank(bytes: Uint8Array): Bank {
  const fail = (reason: string): ModelError => new ModelError(bankFileName, reason)
  if (bytes.length < fixedBytes) throw fail(`expected at least ${fixedBytes} bytes, found ${bytes.length}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const [foundMagic, foundVersion, count, dims, headerBytes] = Array.from({ length: 5 }, (_, i) =>
    view.getUint32(4 * i, true),
  ) as [number, number, number, number, number]
  if (foundMagic !== magic) throw fail('is not a memory bank of PatchCore')
  if (foundVersion !== version) throw fail(`is of version ${foundVersion}; this program reads ${version}`)
  const expected = fixedBytes + headerBytes + 4 * count * dims
  if (count < 1 || dims < 1 || bytes.length !== expected) {
    throw fail(`expected ${expected} bytes for ${count} rows of ${dims}, found ${bytes.length}`)
  }
  const settings = parseSettings(bytes.subarray(fixedBytes, fixedBytes + headerBytes), fail)
  const rows = new Float32Array(count * dims)
  new Uint8Array(rows.buffer).set(bytes.subarray(fixedBytes + headerBytes))
  if (!rows.every(Number.isFinite)) throw fail('holds values that are not finite')
  return { settings, dims, rows }
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
