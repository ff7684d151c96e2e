import { describe, expect, it } from 'vitest'
import { ShapeError, UsageError } from '../../src/errors.ts'
import type { Fit, Mask, PreparedImage } from '../../src/image/image.ts'
import { prepareImage } from '../../src/image/prepare-image.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import { blendTexture } from '../../src/synthesis/blend-texture.ts'
import { embeddedTextures } from '../../src/synthesis/embedded-textures.ts'
import { type Synthesis, synthesise } from '../../src/synthesis/synthesise.ts'
import type { TextureSource } from '../../src/synthesis/texture-source.ts'
import fc from '../fast-check.ts'
import { randomImage } from './random-image.ts'

const side = fc.integer({ min: 1, max: 48 })
const someSize = fc.record({ width: side, height: side })
const someFit = fc.constantFrom<Fit>('stretch', 'pad', 'crop')

function disc({ width, height }: PreparedImage): Mask {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.hypot((i % width) - width / 2, Math.floor(i / width) - height / 2) < Math.min(width, height) / 3
      ? 1
      : 0,
  )
  return { width, height, data }
}

const draw = (
  image: PreparedImage,
  random: Random,
  foreground: Mask | null = null,
  textures: TextureSource = embeddedTextures,
): Promise<Synthesis> => synthesise({ image, foreground, textures, random })

/** Whole images of one colour. */
function plain(level: number): TextureSource {
  return {
    id: `plain:${level}`,
    async draw(_, { width, height }) {
      return { width, height, data: new Uint8Array(3 * width * height).fill(level) }
    },
  }
}

async function made(synthesis: Promise<Synthesis>) {
  const result = await synthesis
  if (!result.ok) throw new Error(`no synthesis: ${result.reason}`)
  return result
}

const square = prepareImage(randomImage({ width: 50, height: 50 }, 1), { width: 64, height: 64 }, 'stretch')

describe('synthesise', () => {
  it('changes nothing outside its mask, and has the mask inside foreground and content', async () => {
    await fc.assert(
      fc.asyncProperty(
        someSize,
        someSize,
        someFit,
        fc.boolean(),
        fc.nat(),
        async (from, to, fit, cut, seed) => {
          const image = prepareImage(randomImage(from, seed), to, fit)
          const foreground = cut ? disc(image) : null
          const result = await draw(image, createRandom(seed), foreground)
          if (!result.ok) return
          const { mask, image: anomalous } = result
          expect(anomalous.frame).toBe(image.frame)
          expect([anomalous.width, anomalous.height]).toEqual([to.width, to.height])
          expect(mask.data.includes(1)).toBe(true)
          const { x, y, width, height } = image.frame.content
          const faults = [...mask.data.keys()].filter((i) => {
            if (mask.data[i] === 0)
              return [0, 1, 2].some((c) => anomalous.data[3 * i + c] !== image.data[3 * i + c])
            const [column, row] = [i % to.width, Math.floor(i / to.width)]
            const isContent = column >= x && column < x + width && row >= y && row < y + height
            return mask.data[i] !== 1 || !isContent || foreground?.data[i] === 0
          })
          expect(faults).toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('follows the stream: same seed same bytes, another seed another anomaly, order and company without effect', async () => {
    const seeds = Array.from({ length: 12 }, (_, seed) => seed)
    const together = await Promise.all(seeds.map((seed) => made(draw(square, createRandom(seed)))))
    for (const seed of seeds.toReversed()) {
      const alone = await made(draw(square, createRandom(seed)))
      expect(alone.image.data).toEqual(together[seed]!.image.data)
      expect(alone.mask.data).toEqual(together[seed]!.mask.data)
    }
    const distinct = new Set(together.map(({ image }) => Buffer.from(image.data).toString('base64')))
    expect(distinct.size).toBe(seeds.length)
  })

  it('makes another anomaly each time it is called with one stream', async () => {
    const random = createRandom(0)
    const first = await made(draw(square, random))
    const second = await made(draw(square, random))
    expect(first.image.data).not.toEqual(second.image.data)
  })

  it('leaves the image it is given alone', async () => {
    const before = square.data.slice()
    await made(draw(square, createRandom(4)))
    expect(square.data).toEqual(before)
  })

  it('mixes image and texture by a weight of 0.2 to 0.8, mostly near one half', async () => {
    const black = { ...square, data: new Uint8Array(square.data.length) }
    const weights: number[] = []
    for (let seed = 0; seed < 200; seed++) {
      const { image, mask } = await made(
        synthesise({
          image: black,
          foreground: null,
          textures: plain(255),
          random: createRandom(seed),
          options: { augmentations: 0 },
        }),
      )
      const levels = new Set(image.data.filter((_, i) => mask.data[Math.floor(i / 3)] === 1))
      expect(levels.size).toBe(1)
      weights.push(1 - [...levels][0]! / 255)
    }
    const mean = weights.reduce((a, b) => a + b) / weights.length
    const deviation = Math.sqrt(weights.reduce((sum, w) => sum + (w - mean) ** 2, 0) / weights.length)
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03)
    expect(Math.abs(deviation - 0.1)).toBeLessThan(0.02)
    expect(Math.min(...weights)).toBeGreaterThanOrEqual(0.2 - 1 / 255)
    expect(Math.max(...weights)).toBeLessThanOrEqual(0.8 + 1 / 255)
  })

  it('gives the mask for features at any resolution', async () => {
    const { mask, featureMask } = await made(draw(square, createRandom(2)))
    const full = featureMask(64, 64)
    expect(full).toEqual(mask)
    const { width, height, data } = featureMask(8, 16)
    expect([width, height]).toEqual([16, 8])
    expect(data.includes(1)).toBe(true)
  })

  it('says so where the foreground is empty, lies in the padding, or is never met', async () => {
    const nothing = { width: 64, height: 64, data: new Uint8Array(64 * 64) }
    expect(await draw(square, createRandom(0), nothing)).toEqual({ ok: false, reason: 'empty-foreground' })
    const wide = prepareImage(randomImage({ width: 60, height: 20 }, 1), { width: 30, height: 30 }, 'pad')
    const padding = { width: 30, height: 30, data: new Uint8Array(900).fill(1, 0, 30) }
    expect(await draw(wide, createRandom(0), padding)).toEqual({ ok: false, reason: 'empty-foreground' })
    const dot = prepareImage(randomImage({ width: 9, height: 9 }, 1), { width: 1, height: 1 }, 'stretch')
    expect(await draw(dot, createRandom(0))).toEqual({ ok: false, reason: 'missed' })
  })

  it('refuses a foreground of another size and options out of range', async () => {
    const small = { width: 32, height: 64, data: new Uint8Array(32 * 64).fill(1) }
    await expect(draw(square, createRandom(0), small)).rejects.toThrow(ShapeError)
    const options = { augmentations: 10 }
    await expect(
      synthesise({ image: square, foreground: null, textures: plain(0), random: createRandom(0), options }),
    ).rejects.toThrow(UsageError)
  })
})

describe('blendTexture', () => {
  it('uses the middle of a texture that is larger, and rounds once', () => {
    const image = { width: 2, height: 1, data: Uint8Array.of(10, 20, 30, 40, 50, 60) }
    const texture = { width: 4, height: 1, data: Uint8Array.of(0, 0, 0, 101, 0, 255, 7, 8, 9, 0, 0, 0) }
    const mask = { width: 2, height: 1, data: Uint8Array.of(1, 0) }
    const { data } = blendTexture(image, texture, mask, 0.25)
    expect([...data]).toEqual([78, 5, 199, 40, 50, 60]) // 78.25, 5, 198.75
  })
})
