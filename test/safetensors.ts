/** A reader of `.safetensors` files for golden tests: small, synchronous, trusting; `src/backbone` has the careful one. */
import { readFileSync } from 'node:fs'

export interface GoldenTensor {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array
}

/** Tensors by name; `metadata` holds the strings of the header. */
export interface GoldenTensors extends Map<string, GoldenTensor> {
  readonly metadata: Readonly<Record<string, string>>
}

const arrays = {
  F32: Float32Array,
  F64: Float64Array,
  I64: BigInt64Array,
  I32: Int32Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const

/**
 * Reads a whole file: u64 length of the header, JSON header, data, all little-endian.
 *
 * @throws {Error} An element type that no golden file has.
 */
export function readSafetensors(path: string): GoldenTensors {
  const file = readFileSync(path)
  const start = 8 + Number(file.readBigUInt64LE(0))
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(file.toString('utf8', 8, start))
  const tensors = new Map<string, GoldenTensor>()
  for (const [name, entry] of Object.entries(entries as Record<string, Entry>)) {
    const { dtype, shape, data_offsets: offsets } = entry
    const TypedArray = arrays[dtype as keyof typeof arrays]
    if (TypedArray === undefined) throw new Error(`${path}: tensor ${name} has element type ${dtype}`)
    // Copied so that the view is aligned whatever the offset.
    const bytes = Uint8Array.prototype.slice.call(file, start + offsets[0], start + offsets[1])
    tensors.set(name, { dtype, shape, data: new TypedArray(bytes.buffer) })
  }
  return Object.assign(tensors, { metadata: metadata as Record<string, string> })
}

interface Entry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

/** A tensor's values as doubles, whatever its element type. @throws {Error} The file has no such tensor. */
export function values(tensors: GoldenTensors, name: string): Float64Array {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw new Error(`no tensor ${name}`)
  return Float64Array.from(tensor.data as ArrayLike<number | bigint>, Number)
}
