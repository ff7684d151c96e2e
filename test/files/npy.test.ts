import { describe, expect, it } from 'vitest'
import { ModelError } from '../../src/errors.ts'
import { decodeNpy, encodeNpy, type Npy } from '../../src/files/npy.ts'
import { findPython, runPython } from '../python.ts'

const arrays: readonly Npy[] = [
  { shape: [2, 3], data: Uint8Array.of(0, 1, 2, 253, 254, 255) },
  { shape: [3], data: Float32Array.of(1.5, -0, 3e-8) },
  { shape: [], data: BigInt64Array.of(-7n) },
  { shape: [1, 2], data: Uint16Array.of(0x3c00, 0xc000) },
  { shape: [0, 4], data: new Float32Array(0) },
]

describe('.npy', () => {
  it.each(arrays)('comes back as it was: %o', (array) => {
    expect(decodeNpy('a.npy', encodeNpy(array))).toEqual(array)
  })

  it.each([
    ['another file', Uint8Array.of(1, 2, 3)],
    ['one cut short', encodeNpy(arrays[0]!).subarray(0, -1)],
    ['one too long', Uint8Array.from([...encodeNpy(arrays[0]!), 0])],
  ])('refuses %s', (_, bytes) => expect(() => decodeNpy('a.npy', bytes)).toThrow(ModelError))

  const python = findPython(['numpy'])
  it.skipIf(python === null)('is what NumPy reads', () => {
    const hex = Buffer.from(encodeNpy(arrays[0]!)).toString('hex')
    const program =
      'import io, sys, numpy; a = numpy.load(io.BytesIO(bytes.fromhex(sys.argv[1]))); print(a.dtype, a.tolist())'
    expect(runPython(python!, ['-c', program, hex]).stdout.trim()).toBe('uint8 [[0, 1, 2], [253, 254, 255]]')
  })
})
