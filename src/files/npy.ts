/**
 * Arrays as NumPy keeps them in files, which any language reads in a few lines: magic, version 1.0, a header that is a Python
 * dictionary, then the values, row-major and little-endian.
 *
 * Source: numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
 */
import { ModelError } from '../errors.ts'
import { present } from '../present.ts'

const types = {
  '|u1': Uint8Array,
  '<f2': Uint16Array, // float16 as its bits
  '<f4': Float32Array,
  '<i8': BigInt64Array,
} as const

export type NpyArray = Uint8Array | Uint16Array | Float32Array | BigInt64Array

export interface Npy {
  readonly shape: readonly number[]
  readonly data: NpyArray
}

const magic = '\x93NUMPY\x01\x00'
const fixedBytes = 10

export function encodeNpy({ shape, data }: Npy): Uint8Array {
  const [descr] = present(
    Object.entries(types).find(([, type]) => data instanceof type),
    'an array of a known type',
  )
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`
  const headerBytes = 64 * Math.ceil((fixedBytes + header.length + 1) / 64) - fixedBytes
  const bytes = new Uint8Array(fixedBytes + headerBytes + data.byteLength)
  const text = `${magic}..${header.padEnd(headerBytes - 1)}\n`
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  new DataView(bytes.buffer).setUint16(8, headerBytes, true)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), fixedBytes + headerBytes)
  return bytes
}

/** @param path - For errors. @throws {ModelError} It is not such a file, or not of a type that is written here. */
export function decodeNpy(path: string, bytes: Uint8Array): Npy {
  const fail = (reason: string): ModelError => new ModelError(path, reason)
  const latin = (from: number, end: number) => String.fromCharCode(...bytes.subarray(from, end))
  if (bytes.length < fixedBytes || latin(0, 8) !== magic) throw fail('is not a .npy file of version 1.0')
  const start = fixedBytes + (bytes[8]! | (bytes[9]! << 8))
  const header = latin(fixedBytes, Math.min(start, bytes.length))
  const descr = /'descr': '([^']+)'/.exec(header)?.[1] ?? ''
  const shapeText = /'shape': \(([\d, ]*)\)/.exec(header)?.[1]
  if (shapeText === undefined || !/'fortran_order': False/.test(header) || !Object.hasOwn(types, descr)) {
    throw fail(`expected a row-major array of ${Object.keys(types).join(', ')}, found ${header.trim()}`)
  }
  const shape = shapeText
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number)
  const type = types[descr as keyof typeof types]
  const count = shape.reduce((product, extent) => product * extent, 1)
  const expected = start + count * type.BYTES_PER_ELEMENT
  if (bytes.length !== expected) throw fail(`expected ${expected} bytes, found ${bytes.length}`)
  return { shape, data: new type(new Uint8Array(bytes.subarray(start)).buffer) }
}
