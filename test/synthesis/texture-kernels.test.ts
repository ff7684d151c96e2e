import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { scatterCells } from '../../src/synthesis/textures/cells.ts'
import { addNoise, fractalNoise, stretchInPlace } from '../../src/synthesis/textures/noise.ts'
import { paint } from '../../src/synthesis/textures/paint.ts'
import { drawPalette } from '../../src/synthesis/textures/palette.ts'
import { createPlane } from '../../src/synthesis/textures/plane.ts'
import fc from '../fast-check.ts'

const size = { width: 40, height: 30 }

describe('createPlane', () => {
  it('has its period in pixels, longer along than across by the stretch, whatever the angle', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 6.3, noNaN: true }),
        fc.double({ min: 1, max: 4, noNaN: true }),
        (angle, stretch) => {
          const { u, v } = createPlane(size, { period: 5, angle, stretch }, createRandom(0))
          const slope = (axis: Float64Array): number => Math.hypot(axis[1]! - axis[0]!, axis[40]! - axis[0]!)
          expect(slope(v)).toBeCloseTo(1 / 5, 10)
          expect(slope(u)).toBeCloseTo(1 / 5 / stretch, 10)
        },
      ),
    )
  })
})

describe('addNoise', () => {
  it('is 0 at whole numbers, within -1..1, and continuous', () => {
    const step = 1e-4
    const u = Float64Array.from({ length: 3000 }, (_, i) => (i < 100 ? i - 50 : -3 + step * i))
    const v = Float64Array.from({ length: 3000 }, (_, i) => (i < 100 ? 7 - 3 * i : 5.3 + 2 * step * i))
    const noise = new Float64Array(3000)
    addNoise(noise, { u, v }, 1, 1, 1, createRandom(1))
    expect(noise.subarray(0, 100).every((value) => value === 0)).toBe(true)
    expect(noise.every((value) => Math.abs(value) <= 1)).toBe(true)
    for (let i = 101; i < 3000; i++) expect(Math.abs(noise[i]! - noise[i - 1]!)).toBeLessThan(20 * step)
    expect(new Set(noise.subarray(100)).size).toBeGreaterThan(2000)
  })

  it('makes octaves that fill 0..1; a flat field becomes 0', () => {
    const plane = createPlane(size, { period: 9, angle: 1, stretch: 1 }, createRandom(2))
    const field = fractalNoise(plane, 4, 0.5, createRandom(3))
    expect([Math.min(...field), Math.max(...field)]).toEqual([0, 1])
    const flat = new Float64Array(5).fill(3)
    stretchInPlace(flat)
    expect([...flat]).toEqual([0, 0, 0, 0, 0])
  })
})

describe('scatterCells', () => {
  it('without jitter measures from the middles of squares', () => {
    const { u, v, ...rest } = createPlane(size, { period: 7, angle: 0.4, stretch: 1 }, createRandom(5))
    const { nearest, second } = scatterCells({ u, v, ...rest }, 0, createRandom(6))
    for (const [i, distance] of nearest.entries()) {
      const x = u[i]! - Math.floor(u[i]!) - 0.5
      const y = v[i]! - Math.floor(v[i]!) - 0.5
      expect(distance).toBeCloseTo(Math.hypot(x, y), 10)
      const [far, near] = [Math.max(Math.abs(x), Math.abs(y)), Math.min(Math.abs(x), Math.abs(y))]
      expect(second[i]).toBeCloseTo(Math.hypot(1 - far, near), 10)
    }
  })

  it('with jitter gives every cell one number', () => {
    const plane = createPlane(size, { period: 9, angle: 0, stretch: 1 }, createRandom(7))
    const { nearest, second, number } = scatterCells(plane, 1, createRandom(8))
    expect(nearest.every((distance, i) => distance <= second[i]!)).toBe(true)
    expect(new Set(number).size).toBeGreaterThan(8)
    expect(new Set(number).size).toBeLessThan(60)
  })
})

describe('paint', () => {
  const still = { relief: 0, light: 0, lightAngle: 0, grain: 0 }
  const palette = drawPalette(createRandom(1))

  it('looks tones up in the palette, cut off at its ends, times the shade', () => {
    const tone = Float64Array.of(-1, 0, 0.5, 2)
    const row = { width: 4, height: 1 }
    const { data } = paint({ tone, shade: null }, row, palette, still, createRandom(0))
    const wanted = [0, 0, 128, 255].flatMap((at) => [...palette.subarray(3 * at, 3 * at + 3)])
    expect([...data]).toEqual(wanted)
    const dark = paint({ tone, shade: new Float64Array(4) }, row, palette, still, createRandom(0))
    expect(dark.data.every((level) => level === 0)).toBe(true)
  })

  it('adds grain of the deviation asked for', () => {
    const area = { width: 100, height: 100 }
    const grey = new Uint8Array(768).fill(128)
    const layers = { tone: new Float64Array(10_000), shade: null }
    const { data } = paint(layers, area, grey, { ...still, grain: 8 }, createRandom(2))
    const levels = [...data].filter((_, i) => i % 3 === 0)
    const mean = levels.reduce((a, b) => a + b) / levels.length
    const deviation = Math.sqrt(levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / levels.length)
    expect(Math.abs(mean - 128)).toBeLessThan(0.5)
    expect(Math.abs(deviation - 8)).toBeLessThan(0.3)
  })
})

describe('drawPalette', () => {
  it('always has dark and light in it', () => {
    for (let seed = 0; seed < 200; seed++) {
      const palette = drawPalette(createRandom(seed))
      const sums = Array.from(
        { length: 256 },
        (_, i) => palette[3 * i]! + palette[3 * i + 1]! + palette[3 * i + 2]!,
      )
      expect(Math.max(...sums) - Math.min(...sums), `seed ${seed}`).toBeGreaterThan(90)
    }
  })
})
