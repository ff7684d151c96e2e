import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodeTensorFile, encodeTensorFile, type TensorFileKind } from '../../src/detector/tensor-file.ts'
import { ModelError } from '../../src/errors.ts'
import { filled, tensor } from '../../src/graph/tensor.ts'
import fc from '../fast-check.ts'

const kind: TensorFileKind<{ note: string }> = {
  name: 'some.bin',
  magic: 'PLXX',
  version: 1,
  settings: z.strictObject({ note: z.string() }),
}
const file = {
  settings: { note: 'größe' },
  tensors: {
    a: tensor(Float32Array.of(1, -2, 3), [3, 1]),
    step: filled('int64', [], 7),
    none: filled('uint8', [0], 0),
  },
}

describe('tensor files', () => {
  it('give back what went in, wherever the bytes lie', () => {
    const bytes = encodeTensorFile(kind, file)
    const moved = new Uint8Array(bytes.length + 1)
    moved.set(bytes, 1)
    expect(decodeTensorFile(kind, bytes)).toEqual(file)
    expect(decodeTensorFile(kind, moved.subarray(1))).toEqual(file)
    expect(decodeTensorFile(kind, Buffer.from(bytes))).toEqual(file)
  })

  it('refuse whatever was cut, added or changed in their structure', () => {
    const bytes = encodeTensorFile(kind, file)
    const refused = (changed: Uint8Array) => expect(() => decodeTensorFile(kind, changed)).toThrow(ModelError)
    for (let length = 0; length < bytes.length; length++) refused(bytes.subarray(0, length))
    refused(Uint8Array.from([...bytes, 0]))
    for (let i = 0; i < 12; i++) refused(Uint8Array.from(bytes, (byte, at) => (at === i ? byte ^ 1 : byte)))
    refused(encodeTensorFile({ ...kind, magic: 'PLYY' }, file))
    refused(encodeTensorFile({ ...kind, version: 2 }, file))
    refused(encodeTensorFile(kind, { ...file, settings: { note: 1 } as never }))
    refused(encodeTensorFile(kind, { ...file, tensors: { a: tensor(Float32Array.of(Number.NaN), [1]) } }))
  })

  it('never break on noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        expect(() => decodeTensorFile(kind, noise)).toThrow(ModelError)
      }),
    )
  })
})
