import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors, openSafetensors } from '../../src/backbone/safetensors.ts'
import { ModelError } from '../../src/errors.ts'
import fc from '../fast-check.ts'
import { describeWith, goldenDir, weightsDir } from '../golden-dir.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-safetensors-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A file with any header text and any data, right or wrong. */
function raw(header: string, dataBytes: number | Uint8Array = 0, claimedLength?: bigint): Uint8Array {
  const json = new TextEncoder().encode(header)
  const data = typeof dataBytes === 'number' ? new Uint8Array(dataBytes) : dataBytes
  const bytes = new Uint8Array(8 + json.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, claimedLength ?? BigInt(json.length), true)
  bytes.set(json, 8)
  bytes.set(data, 8 + json.length)
  return bytes
}

const entry = (begin: number, end: number, shape = [(end - begin) / 4], dtype = 'F32') =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] })

describe('safetensors', () => {
  it('writes what it reads, bit for bit, through a file', async () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text !== '__metadata__')
    const tensor = fc
      .tuple(name, fc.array(fc.nat(4), { maxLength: 3 }), fc.nat())
      .map(([tensorName, shape, seed]) => {
        const count = shape.reduce((product, extent) => product * extent, 1)
        return {
          name: tensorName,
          shape,
          data: Float32Array.from({ length: count }, (_, i) => Math.sin(seed + i)),
        }
      })
    const metadata = fc.dictionary(fc.string(), fc.string())
    const path = join(folder, 'round-trip.safetensors')
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(tensor, { selector: (t) => t.name, maxLength: 6 }),
        metadata,
        async (tensors, meta) => {
          const bytes = encodeSafetensors(tensors, meta)
          expect(encodeSafetensors(tensors, meta)).toEqual(bytes)
          await writeFile(path, bytes)
          for (const weights of [
            await openSafetensors(path),
            await decodeSafetensors(Buffer.from(bytes), 'memory'),
          ]) {
            expect(weights.names().toSorted()).toEqual(tensors.map((t) => t.name).toSorted())
            expect({ ...weights.metadata }).toEqual({ ...meta })
            for (const { name: tensorName, shape, data } of tensors) {
              expect(weights.has(tensorName)).toBe(true)
              expect(weights.tensor(tensorName, shape)).toEqual({ shape, data })
            }
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('gives every floating point type as float32', async () => {
    const data = new Uint8Array(24)
    const view = new DataView(data.buffer)
    view.setFloat64(0, -1.5, true)
    view.setFloat64(8, 0.1, true)
    view.setUint16(16, 0x3e00, true) // float16 1.5
    view.setUint16(18, 0x3fc0, true) // bfloat16 1.5
    view.setFloat32(20, 3.25, true)
    const header = `{"d":${entry(0, 16, [2], 'F64')},"h":${entry(16, 18, [], 'F16')},"b":${entry(18, 20, [1], 'BF16')},"f":${entry(20, 24)}}`
    const weights = await decodeSafetensors(raw(header, data), 'types')
    expect([...weights.tensor('d', [2]).data]).toEqual([-1.5, Math.fround(0.1)])
    expect([...weights.tensor('h', []).data]).toEqual([1.5])
    expect([...weights.tensor('b', [1]).data]).toEqual([1.5])
    expect([...weights.tensor('f', [1]).data]).toEqual([3.25])
  })

  it.each([
    ['an empty file', new Uint8Array(0), /0 bytes are too few/],
    ['a header longer than the file', raw('{}', 8, 999n), /header of 999 bytes, but the file has/],
    ['an absurd header', raw('{}', 8, 2n ** 63n), /claims a header of 9223372036854776000 bytes/],
    ['text instead of JSON', raw('{"a":'), /its header is no JSON/],
    ['a list', raw('[1,2]'), /no JSON object/],
    ['bytes that are no UTF-8', raw('{"é":1}').with(10, 0xff), /no JSON/],
    ['a missing tail', raw(`{"a":${entry(0, 8)}}`, 4), /truncated: expected \d+ bytes, found \d+/],
    ['a surplus tail', raw(`{"a":${entry(0, 8)}}`, 12), /4 bytes after the last tensor/],
    ['an overlap', raw(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12), /tensor b overlaps/],
    ['a hole', raw(`{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, 12), /4 bytes before tensor b/],
    ['a name twice', raw(`{"a":${entry(0, 4)}, "\\u0061" :${entry(0, 4)}}`, 4), /names a twice/],
    ['an unknown type', raw(`{"a":${entry(0, 4, [1], 'F7')}}`, 4), /tensor a: unknown type F7/],
    ['an inherited type', raw(`{"a":${entry(0, 4, [1], 'constructor')}}`, 4), /unknown type constructor/],
    ['a shape that is too large', raw(`{"a":${entry(0, 4, [1e6, 1e6])}}`, 4), /needs 4000000000000 bytes/],
    ['a negative extent', raw(`{"a":${entry(0, 4, [-1, -1])}}`, 4), /not a list of counts/],
    ['offsets backwards', raw(`{"a":${entry(4, 0, [1])}}`, 4), /its offsets span -4/],
    ['metadata that are numbers', raw('{"__metadata__":{"a":1}}'), /metadata are not strings/],
    ['a nest', raw(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`), /its entry is no object/],
  ])('refuses %s', async (_, bytes, reason) => {
    const path = join(folder, 'bad.safetensors')
    await writeFile(path, bytes)
    const error: unknown = await openSafetensors(path).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ModelError)
    expect((error as ModelError).path).toBe(path)
    expect((error as ModelError).message).toMatch(reason)
  })

  it('answers any bytes with a ModelError or with tensors', async () => {
    const valid = encodeSafetensors([{ name: 'a', shape: [2, 3], data: new Float32Array(6).fill(1) }], {
      k: 'v',
    })
    const mutated = fc
      .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 })
      .map((edits) => edits.reduce((bytes, [at, value]) => bytes.with(at, value), valid))
    const files = fc.oneof(
      mutated,
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => raw(text, 8)),
    )
    await fc.assert(
      fc.asyncProperty(files, async (bytes) => {
        try {
          const weights = await decodeSafetensors(bytes, 'fuzz')
          for (const name of weights.names()) weights.tensor(name, [2, 3])
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('refuses a missing tensor, another shape, whole numbers and values that are not finite', async () => {
    const header = `{"a":${entry(0, 4)},"n":${entry(4, 8, [4], 'U8')}}`
    const data = new Uint8Array(8)
    new DataView(data.buffer).setFloat32(0, NaN, true)
    const weights = await decodeSafetensors(raw(header, data), 'some.file')
    expect(() => weights.tensor('b', [1])).toThrow('some.file: has no tensor b')
    expect(() => weights.tensor('a', [1, 1])).toThrow('tensor a: expected shape [1, 1], found [1]')
    expect(() => weights.tensor('n', [4])).toThrow('tensor n: expected floating point numbers, found U8')
    expect(() => weights.tensor('a', [1])).toThrow('tensor a: value 0 is NaN')
  })

  it('notices a file that shrinks after it was opened, and one that is not there', async () => {
    const path = join(folder, 'shrinks.safetensors')
    await writeFile(path, encodeSafetensors([{ name: 'a', shape: [4], data: new Float32Array(4) }]))
    const weights = await openSafetensors(path)
    await truncate(path, 40)
    expect(() => weights.tensor('a', [4])).toThrow(/was changed while it was being read/)
    await expect(openSafetensors(join(folder, 'none'))).rejects.toThrow(/cannot be read: no such file/)
  })

  it('refuses to write contradictions', () => {
    const tensor = { name: 'a', shape: [1], data: new Float32Array(1) }
    expect(() => encodeSafetensors([tensor, tensor])).toThrow(RangeError)
    expect(() => encodeSafetensors([{ ...tensor, shape: [2] }])).toThrow(RangeError)
    expect(() => encodeSafetensors([{ ...tensor, name: '__metadata__' }])).toThrow(RangeError)
  })
})

describeWith(goldenDir, 'safetensors written by the reference implementation', () => {
  it('reads the formula vectors', async () => {
    const weights = await openSafetensors(join(goldenDir, 'weights_formula.safetensors'))
    const mean = weights.names().find((name) => name.startsWith('u_mean_100000'))!
    expect(weights.tensor(mean, [1]).data[0]).toBeCloseTo(0.5, 2)
  })
})

describeWith(weightsDir, 'pretrained weights', () => {
  it('opens with metadata and reads a tensor', async () => {
    const weights = await openSafetensors(join(weightsDir, 'mobilenet_v2.safetensors'))
    expect(weights.metadata.padding).toBe('tf-same')
    expect(weights.tensor('features.0.0.weight', [32, 3, 3, 3]).data).toHaveLength(864)
  })
})
