/**
 * Named tensors and a record of settings as bytes: what trained models and checkpoints are kept as. Nothing in it can run.
 *
 * Layout, little-endian: four letters that say what the file is, version, length of the JSON header; header (settings; name,
 * type and shape of each tensor), padded with spaces to a multiple of 8; the tensors' values, each padded likewise. Sizes are
 * checked before anything is allocated.
 */
import { z } from 'zod'
import { ModelError } from '../errors.ts'
import { elementCount, type TensorData } from '../graph/index.ts'

export interface TensorFile<Settings> {
  readonly settings: Settings
  readonly tensors: Readonly<Record<string, TensorData>>
}

/** One kind of file, and what is in its header. */
export interface TensorFileKind<Settings> {
  /** Shown in errors. */
  readonly name: string
  /** Four letters. */
  readonly magic: string
  readonly version: number
  readonly settings: z.ZodType<Settings>
}

const fixedBytes = 12
const padded = (bytes: number): number => 8 * Math.ceil(bytes / 8)

const arrays = { float32: Float32Array, int64: BigInt64Array, int32: Int32Array, uint8: Uint8Array } as const
const listed = z.array(
  z.strictObject({
    name: z.string(),
    dtype: z.enum(['float32', 'int64', 'int32', 'uint8']),
    shape: z.array(z.int().min(0)),
  }),
)

export function encodeTensorFile<Settings>(
  { magic, version }: TensorFileKind<Settings>,
  { settings, tensors }: TensorFile<Settings>,
): Uint8Array {
  const entries = Object.entries(tensors)
  const shapes = entries.map(([name, { dtype, shape }]) => ({ name, dtype, shape }))
  const json = new TextEncoder().encode(JSON.stringify({ settings, tensors: shapes }))
  const start = padded(fixedBytes + json.length)
  const size = entries.reduce((sum, [, { data }]) => sum + padded(data.byteLength), start)
  const bytes = new Uint8Array(size).fill(0x20, fixedBytes, start)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < 4; i++) bytes[i] = magic.charCodeAt(i)
  view.setUint32(4, version, true)
  view.setUint32(8, start - fixedBytes, true)
  bytes.set(json, fixedBytes)
  let at = start
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += padded(data.byteLength)
  }
  return bytes
}

/**
 * @returns Tensors with memory of their own.
 * @throws {ModelError} Another kind or version, a header that is not ours, other sizes than it says, values that are not finite.
 */
export function decodeTensorFile<Settings>(
  kind: TensorFileKind<Settings>,
  bytes: Uint8Array,
): TensorFile<Settings> {
  const fail = (reason: string): ModelError => new ModelError(kind.name, reason)
  if (bytes.length < fixedBytes) throw fail(`expected at least ${fixedBytes} bytes, found ${bytes.length}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== kind.magic) throw fail('is not such a file')
  const version = view.getUint32(4, true)
  if (version !== kind.version) {
    throw fail(`is of version ${version}; this program reads ${kind.version}`)
  }
  const start = fixedBytes + view.getUint32(8, true)
  if (start > bytes.length || start % 8 !== 0) throw fail('its header is cut off')
  const header = parseHeader(kind, bytes.subarray(fixedBytes, start), fail)
  const sizes = header.tensors.map(
    ({ dtype, shape }) => elementCount(shape) * arrays[dtype].BYTES_PER_ELEMENT,
  )
  const expected = sizes.reduce((sum, size) => sum + padded(size), start)
  if (bytes.length !== expected) throw fail(`expected ${expected} bytes, found ${bytes.length}`)
  let at = start
  const tensors = header.tensors.map(({ name, dtype, shape }, i) => {
    const own = new Uint8Array(bytes.subarray(at, at + sizes[i]!)) // a Buffer's `slice` would share its memory
    at += padded(sizes[i]!)
    const data = new arrays[dtype](own.buffer)
    if (data instanceof Float32Array && !data.every(Number.isFinite)) {
      throw fail(`${name} holds values that are not finite`)
    }
    return [name, { dtype, shape, data }] as const
  })
  return { settings: header.settings, tensors: Object.fromEntries(tensors) }
}

function parseHeader<Settings>(
  { settings }: TensorFileKind<Settings>,
  bytes: Uint8Array,
  fail: (reason: string) => ModelError,
): { readonly settings: Settings; readonly tensors: z.infer<typeof listed> } {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw fail('its header is not JSON')
  }
  const parsed = z.strictObject({ settings, tensors: listed }).safeParse(json)
  if (parsed.success) return parsed.data
  const first = parsed.error.issues[0]!
  throw fail(`its header is not of this version: ${first.path.join('.')}: ${first.message}`)
}
