/**
 * The safetensors format: named arrays in one file, no code inside. Read with suspicion, written canonically.
 *
 * Layout: u64 length of the header, a JSON header `{ name: { dtype, shape, data_offsets: [begin, end] } }` with an
 * optional `__metadata__` of strings, then the data, little-endian, row-major. Everything the header claims is checked
 * before anything is allocated: a header longer than the file, offsets outside it, overlaps, holes, missing bytes.
 * Source: github.com/huggingface/safetensors, README "Format" (which also sets the limit of 100 MB for a header).
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { ModelError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { decodeFloat16, encodeFloat16 } from '../math/float16.ts'
import { parseHeader, type TensorEntry } from './safetensors-header.ts'
import type { WeightTensors } from './weight-tensors.ts'

export interface NamedTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/**
 * Opens a file and checks its header; tensors are read when asked for.
 *
 * @throws {ModelError} Not a safetensors file, truncated, or contradictory; with the path and the reason.
 * Cost: the header only. `tensor(name, shape)` reads that tensor's bytes and converts them to float32.
 */
export async function openSafetensors(path: string): Promise<WeightTensors> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      const read = async (position: number, length: number) => {
        const bytes = new Uint8Array(length)
        const { bytesRead } = await file.read(bytes, 0, length, position)
        return bytes.subarray(0, bytesRead)
      }
      const header = await parseHeader(path, size, read)
      return asWeights(path, header, (position, length) => readPart(path, size, position, length))
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new ModelError(path, `cannot be read: ${systemReason(cause)}`, { cause })
  }
}

/**
 * As {@link openSafetensors}, for a file already in memory; `name` stands for the path in errors.
 *
 * @throws {ModelError} as there.
 */
export async function decodeSafetensors(bytes: Uint8Array, name: string): Promise<WeightTensors> {
  // A copy even of a Buffer (whose own `slice` is a view): typed arrays over it need aligned offsets.
  const part = (position: number, length: number) =>
    Uint8Array.prototype.slice.call(bytes, position, position + length)
  const header = await parseHeader(name, bytes.length, async (position, length) => part(position, length))
  return asWeights(name, header, part)
}

function asWeights(
  path: string,
  header: Awaited<ReturnType<typeof parseHeader>>,
  read: (position: number, length: number) => Uint8Array,
): WeightTensors {
  const entryOf = (name: string): TensorEntry => {
    const entry = header.tensors.get(name)
    if (entry === undefined) throw new ModelError(path, `has no tensor ${name}`)
    return entry
  }
  return {
    path,
    metadata: header.metadata,
    names: () => [...header.tensors.keys()],
    has: (name) => header.tensors.has(name),
    shape: (name) => entryOf(name).shape,
    tensor(name, expectedShape) {
      const entry = entryOf(name)
      if (entry.shape.join() !== expectedShape.join()) {
        const [expected, found] = [expectedShape, entry.shape].map((shape) => `[${shape.join(', ')}]`)
        throw new ModelError(path, `tensor ${name}: expected shape ${expected}, found ${found}`)
      }
      const data = toFloat32(path, name, entry, read(entry.position, entry.length))
      const bad = data.findIndex((value) => !Number.isFinite(value))
      if (bad >= 0) throw new ModelError(path, `tensor ${name}: value ${bad} is ${data[bad]}`)
      return { shape: entry.shape, data }
    },
  }
}

/** Opened for each read: the bytes are wanted once, and a file held open could not be replaced on Windows. */
function readPart(path: string, size: number, position: number, length: number): Uint8Array {
  try {
    const file = openSync(path, 'r')
    try {
      const bytes = new Uint8Array(length)
      let done = 0
      while (done < length) {
        const count = readSync(file, bytes, done, length - done, position + done)
        if (count === 0) break
        done += count
      }
      if (done < length || fstatSync(file).size !== size) {
        throw new ModelError(path, 'was changed while it was being read')
      }
      return bytes
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new ModelError(path, `cannot be read: ${systemReason(cause)}`, { cause })
  }
}

function toFloat32(path: string, name: string, entry: TensorEntry, bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset } = bytes
  const count = entry.shape.reduce((product, extent) => product * extent, 1)
  switch (entry.dtype) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, count)
    case 'F64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, count))
    case 'F16':
      return decodeFloat16(new Uint16Array(buffer, byteOffset, count))
    case 'BF16': {
      const words = Uint32Array.from(new Uint16Array(buffer, byteOffset, count), (half) => half << 16)
      return new Float32Array(words.buffer)
    }
    default:
      throw new ModelError(path, `tensor ${name}: expected floating point numbers, found ${entry.dtype}`)
  }
}

/**
 * A whole file as bytes, tensors in the order given, data aligned to 8 bytes. Equal input, equal bytes.
 *
 * @param dtype - `F16` rounds to half precision.
 * @throws {RangeError} A name twice, a shape that does not match its data, or a tensor named `__metadata__`.
 */
export function encodeSafetensors(
  tensors: Iterable<NamedTensor>,
  metadata: Readonly<Record<string, string>> = {},
  dtype: 'F32' | 'F16' = 'F32',
): Uint8Array {
  const all = [...tensors]
  const encoded: Uint8Array[] = []
  const entries = new Map<string, unknown>()
  if (Object.keys(metadata).length > 0) entries.set('__metadata__', metadata)
  let end = 0
  for (const { name, shape, data } of all) {
    const count = shape.reduce((product, extent) => product * extent, 1)
    if (count !== data.length) {
      throw new RangeError(`tensor ${name}: shape [${shape.join(', ')}] does not hold ${data.length} values`)
    }
    if (name === '__metadata__' || entries.has(name)) {
      throw new RangeError(`tensor ${name}: the name is taken`)
    }
    const values = dtype === 'F32' ? data : encodeFloat16(data)
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    entries.set(name, { dtype, shape, data_offsets: [end, end + bytes.length] })
    encoded.push(bytes)
    end += bytes.length
  }
  const members = [...entries].map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`)
  const json = new TextEncoder().encode(`{${members.join(',')}}`)
  const headerLength = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + headerLength + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.fill(0x20, 8, 8 + headerLength)
  bytes.set(json, 8)
  let position = 8 + headerLength
  for (const part of encoded) {
    bytes.set(part, position)
    position += part.length
  }
  return bytes
}
