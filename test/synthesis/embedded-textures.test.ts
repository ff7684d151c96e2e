import { describe, expect, it } from 'vitest'
import type { Image } from '../../src/image/image.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import { drawTexture, embeddedTextures } from '../../src/synthesis/embedded-textures.ts'
import { families } from '../../src/synthesis/textures/families.ts'
import fc from '../fast-check.ts'

const size = { width: 96, height: 64 }

/** Standard deviation of the green channel, grey levels. */
function contrast({ data }: Image): number {
  const levels = [...data].filter((_, i) => i % 3 === 1)
  const mean = levels.reduce((a, b) => a + b) / levels.length
  return Math.sqrt(levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / levels.length)
}

describe('embedded textures', () => {
  it('are of many families, each with a name of its own', () => {
    expect(families.length).toBeGreaterThanOrEqual(12)
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length)
  })

  it.each(families.map((family) => [family.name, family] as const))(
    '%s: same stream, same bytes; another stream, another texture; seldom flat',
    (_, family) => {
      const draws = Array.from({ length: 8 }, (_, seed) => drawTexture(family, createRandom(seed), size))
      expect(drawTexture(family, createRandom(0), size)).toEqual(draws[0])
      const distinct = new Set(draws.map(({ data }) => Buffer.from(data).toString('base64')))
      expect(distinct.size).toBe(draws.length)
      const contrasts = draws.map(contrast).sort((a, b) => a - b)
      expect(contrasts[4]).toBeGreaterThan(6)
    },
  )

  it('fill any size', () => {
    const side = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(fc.constantFrom(...families), side, side, fc.nat(), (family, width, height, seed) => {
        const image = drawTexture(family, createRandom(seed), { width, height })
        expect([image.width, image.height, image.data.length]).toEqual([width, height, 3 * width * height])
      }),
      { numRuns: 300 },
    )
  })

  it('come from every family with the same chance', async () => {
    for (const [k, family] of families.entries()) {
      let below: number | undefined
      const random: Random = {
        ...createRandom(4),
        integer(limit) {
          below = limit
          return k
        },
      }
      const texture = await embeddedTextures.draw(random, { width: 16, height: 16 })
      expect(below).toBe(families.length)
      expect(texture).toEqual(drawTexture(family, createRandom(4), { width: 16, height: 16 }))
    }
  })

  it('depend on the stream alone', async () => {
    const first = await embeddedTextures.draw(createRandom(9), size)
    await embeddedTextures.draw(createRandom(10), size)
    expect(await embeddedTextures.draw(createRandom(9), size)).toEqual(first)
  })
})
