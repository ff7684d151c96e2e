/** Candidates drawn a shard at a time are those drawn from all images at once, however the images are dealt to shards. */

import { describe, expect, it } from 'vitest'
import type { ImageFeatures } from '../../../src/backbone/backbone.ts'
import type { ImageRef, Vision } from '../../../src/backbone/vision.ts'
import type { GatheredShard } from '../../../src/detector/detector.ts'
import {
  collectCandidates,
  gatherCandidates,
  mergeCandidates,
} from '../../../src/detector/patchcore/candidates.ts'
import { decodeCandidates, encodeCandidates } from '../../../src/detector/patchcore/candidates-file.ts'
import { InputError, ModelError, StatisticalError } from '../../../src/errors.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'
import fc from '../../fast-check.ts'
import { fakeVision } from '../../helpers/fake-vision.ts'

const settings = { stages: ['only'], stride: 1, neighbourhood: 1, unitLength: false }
const size = { width: 4, height: 4 }
const machine = { device: 'cpu', threads: 1 }

/** Every patch says where it is from; pictures of a name that begins with `w` fill half of the grid. */
const vision: Vision = {
  ...fakeVision(() => 0, size),
  async *features(refs: readonly ImageRef[]) {
    for (const { path } of refs) {
      if (path === 'bad') {
        yield { ok: false, path, error: 'cannot be decoded' } as const
        continue
      }
      const source = path.startsWith('w') ? { width: 8, height: 4 } : size
      const data = Float32Array.from({ length: 16 }, (_, i) => 100 * Number(path.slice(1)) + i)
      const maps = [{ stage: 'only', channels: 1, rows: 4, cols: 4, data }]
      const value: ImageFeatures = { maps, frame: fitFrame(source, size, 'pad') }
      yield { ok: true, path, value } as const
    }
  },
}
const random = (stream = 0) => createRandom(7, 'fit', stream)
const namesOf = (count: number, wide: (i: number) => boolean = () => false): ImageRef[] =>
  Array.from({ length: count }, (_, i) => ({ path: `${wide(i) ? 'w' : 's'}${i}` }))
const whole = (samples: readonly ImageRef[], most: number, stream = 0) =>
  collectCandidates({ samples, vision, random: random(stream), task: quietTask, ...machine }, settings, most)

/** @param places - Of every sample among those of the fit. */
function shardOf(
  samples: readonly ImageRef[],
  places: readonly number[],
  images: number,
  most: number,
  onRead: (isFull: boolean) => void = () => {},
  stream = 0,
): GatheredShard {
  return {
    async read(isFull) {
      onRead(isFull)
      const fits = [{ random: random(stream), places, images, isFull }]
      return (await gatherCandidates({ samples, vision, task: quietTask, fits }, settings, most))[0]!
    },
  }
}
const merged = (shards: readonly GatheredShard[], most: number, stream = 0) =>
  mergeCandidates(shards, most, { random: random(stream), task: quietTask })

describe('candidates of shards', () => {
  it('are those of the whole, whoever holds which image, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer(),
        async (images, most, shards, seed) => {
          const dealing = createRandom(seed)
          const all = namesOf(images, (i) => i % 3 === 0)
          const parts = Array.from({ length: shards }, (): number[] => [])
          for (const i of dealing.shuffleInPlace([...all.keys()])) parts[dealing.integer(shards)]!.push(i)
          const gathered = parts.map((part) =>
            shardOf(
              part.map((i) => all[i]!),
              part,
              images,
              most,
            ),
          )
          expect(await merged(gathered, most)).toEqual(await whole(all, most))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('serve several fits with one look, each with its own images and its own draw', async () => {
    const all = namesOf(30)
    const learnt = [all.filter((_, i) => i % 3 !== 0), all.filter((_, i) => i % 2 === 0).reverse(), all]
    const files = await Promise.all(
      [0, 7, 14, 21, 28].map((from) => {
        const samples = all.slice(from, from + 7)
        const fits = learnt.map((of, stream) => ({
          ...{ random: random(stream), images: of.length, isFull: false },
          places: samples.map((sample) => of.indexOf(sample)),
        }))
        return gatherCandidates({ samples, vision, task: quietTask, fits }, settings, 50)
      }),
    )
    for (const [fit, of] of learnt.entries()) {
      const shards = files.map((each) => ({ read: async () => each[fit]! }))
      expect(await merged(shards, 50, fit)).toEqual(await whole(of, 50, fit))
    }
  })

  it('are asked for again of a shard that told too little, and of no other', async () => {
    const all = namesOf(500)
    const asked: string[] = []
    const shards = Array.from({ length: 10 }, (_, part) => {
      const places = Array.from({ length: 50 }, (_, i) => 50 * part + i)
      const samples = places.map((i) => all[i]!)
      // The last is told that it holds a thousandth of all, and tells too little by far.
      const images = part < 9 ? 500 : 50_000
      return shardOf(samples, places, images, 1000, (isFull) => asked.push(`${part} ${isFull}`))
    })
    expect(await merged(shards, 1000)).toEqual(await whole(all, 1000))
    const parts = [...shards.keys()]
    expect(asked).toEqual([
      ...parts.map((part) => `${part} false`),
      ...parts.map((part) => `${part} ${part === 9}`),
    ])
  })

  it('tell about their share, not all they have', async () => {
    const all = namesOf(1000)
    const places = Array.from({ length: 100 }, (_, i) => i)
    const shard = shardOf(all.slice(0, 100), places, 1000, 4000)
    const told = decodeCandidates(await shard.read(false))!
    expect(told.seen).toBe(1600)
    expect(told.priorities.length).toBeLessThan(900)
    expect(told.priorities.length).toBeGreaterThan(400)
  })

  it('of a shard without an image of the fit are none, and of none at all an error', async () => {
    const all = namesOf(5)
    const empty = shardOf(namesOf(3), [-1, -1, -1], 5, 20)
    expect(await merged([empty, shardOf(all, [0, 1, 2, 3, 4], 5, 20)], 20)).toEqual(await whole(all, 20))
    await expect(merged([empty], 20)).rejects.toBeInstanceOf(StatisticalError)
  })

  it('name the image that fails', async () => {
    const shard = shardOf([{ path: 's1' }, { path: 'bad' }], [0, 1], 2, 20)
    const failed = await merged([shard], 20).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(InputError)
    expect(failed).toMatchObject({ path: 'bad' })
  })

  it('are refused where the bytes are cut, longer, of another format, or of other patches', async () => {
    const bytes = encodeCandidates(await whole(namesOf(3), 20))
    expect(decodeCandidates(bytes)).toEqual(await whole(namesOf(3), 20))
    // As a file is read: a view somewhere into memory of others.
    const view = Buffer.concat([new Uint8Array(3), bytes]).subarray(3)
    expect(decodeCandidates(view)).toEqual(await whole(namesOf(3), 20))
    const damaged = [
      bytes.subarray(0, 10),
      bytes.subarray(0, bytes.length - 4),
      Uint8Array.from([...bytes, 0]),
      Uint8Array.from(bytes, (byte, i) => (i < 4 ? 255 - byte : byte)),
      Uint8Array.from(bytes, (byte, i) => (i === 4 ? 9 : byte)),
      Uint8Array.from(bytes, (byte, i) => (i < bytes.length - 4 ? byte : 255)),
    ]
    for (const each of damaged) expect(() => decodeCandidates(each)).toThrow(ModelError)
    const wide = { ...(await whole(namesOf(2), 8)), dims: 2, rows: new Float32Array(16) }
    const shards = [bytes, encodeCandidates(wide)].map((each) => ({ read: async () => each }))
    await expect(merged(shards, 20)).rejects.toBeInstanceOf(ModelError)
  })
})
