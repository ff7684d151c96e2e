import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import type { Size } from '../../src/image/image.ts'
import { createRandom } from '../../src/math/random.ts'
import { addPerlinNoise, type NoiseGrid, rotateAbove } from '../../src/synthesis/perlin.ts'
import fc from '../fast-check.ts'
import { describeWith, goldenDir } from '../golden-dir.ts'
import { readSafetensors, values } from '../safetensors.ts'

const side = fc.integer({ min: 1, max: 40 })
const size = fc.record({ width: side, height: side })
const cells = fc.integer({ min: 1, max: 9 })
const grid = fc.record({ rows: cells, cols: cells })

function drawAngles({ rows, cols }: NoiseGrid, seed: number): Float64Array {
  const random = createRandom(seed)
  return Float64Array.from({ length: (rows + 1) * (cols + 1) }, () => 2 * Math.PI * random.uniform())
}

function noiseOf(size: Size, grid: NoiseGrid, angles: Float64Array): Float64Array {
  const field = new Float64Array(size.width * size.height)
  addPerlinNoise(field, size, grid, angles)
  return field
}

/** The slow twin: the definition, pixel by pixel, corner by corner. */
function plainNoise({ width, height }: Size, { rows, cols }: NoiseGrid, angles: Float64Array): number[] {
  const fade = (t: number): number => 6 * t ** 5 - 15 * t ** 4 + 10 * t ** 3
  const mix = (a: number, b: number, t: number): number => a + (b - a) * t
  return Array.from({ length: width * height }, (_, i) => {
    const y = (Math.floor(i / width) * rows) / height
    const x = ((i % width) * cols) / width
    const [row, col] = [Math.floor(y), Math.floor(x)]
    const dot = (down: number, across: number): number => {
      const angle = angles[(row + down) * (cols + 1) + col + across]!
      return Math.cos(angle) * (y - row - down) + Math.sin(angle) * (x - col - across)
    }
    const left = mix(dot(0, 0), dot(1, 0), fade(y - row))
    const right = mix(dot(0, 1), dot(1, 1), fade(y - row))
    return Math.SQRT2 * mix(left, right, fade(x - col))
  })
}

/** The slow twin: every pixel asks for the four around its place. */
function plainRotateAbove(field: Float64Array, { width, height }: Size, degrees: number, threshold: number) {
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : field[y * width + x]!
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  return Array.from(field, (_, i) => {
    const x = (i % width) - (width - 1) / 2
    const y = Math.floor(i / width) - (height - 1) / 2
    const fromX = cos * x + sin * y + (width - 1) / 2
    const fromY = cos * y - sin * x + (height - 1) / 2
    const [left, top] = [Math.floor(fromX), Math.floor(fromY)]
    const [u, v] = [fromX - left, fromY - top]
    const value =
      (1 - v) * ((1 - u) * at(left, top) + u * at(left + 1, top)) +
      v * ((1 - u) * at(left, top + 1) + u * at(left + 1, top + 1))
    return value - threshold
  })
}

describeWith(goldenDir, 'Perlin noise of the reference', () => {
  it.each([
    ['perlin_64x64_res4x8', 64, { rows: 4, cols: 8 }],
    ['perlin_48x48_res1x2', 48, { rows: 1, cols: 2 }],
  ] as const)('%s', (name, length, grid) => {
    const golden = readSafetensors(join(goldenDir, `${name}.safetensors`))
    const size = { width: length, height: length }
    const noise = noiseOf(size, grid, values(golden, 'angles'))
    const wanted = values(golden, 'noise')
    expect(noise.length).toBe(wanted.length)
    const worst = noise.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0)
    expect(worst).toBeLessThanOrEqual(1e-12)
    const above = rotateAbove(noise, size, 0, 0.5)
    expect([...above]).toEqual([...values(golden, 'above_threshold')])
  })
})

describe('addPerlinNoise', () => {
  it('equals its slow twin, sides that are no multiple of the cells included', () => {
    fc.assert(
      fc.property(size, grid, fc.nat(), (size, grid, seed) => {
        const angles = drawAngles(grid, seed)
        const noise = noiseOf(size, grid, angles)
        const wanted = plainNoise(size, grid, angles)
        for (const [i, value] of noise.entries()) expect(value).toBeCloseTo(wanted[i]!, 11)
      }),
      { numRuns: 50 },
    )
  })

  it('adds with its weight to what is there', () => {
    const size = { width: 7, height: 5 }
    const grid = { rows: 2, cols: 2 }
    const angles = drawAngles(grid, 3)
    const noise = noiseOf(size, grid, angles)
    const field = new Float64Array(35).fill(1)
    addPerlinNoise(field, size, grid, angles, -2)
    for (const [i, value] of field.entries()) expect(value).toBeCloseTo(1 - 2 * noise[i]!, 12)
  })

  it('refuses arrays of another length', () => {
    const size = { width: 4, height: 4 }
    const grid = { rows: 2, cols: 2 }
    expect(() => addPerlinNoise(new Float64Array(15), size, grid, new Float64Array(9))).toThrow(ShapeError)
    expect(() => addPerlinNoise(new Float64Array(16), size, grid, new Float64Array(8))).toThrow(ShapeError)
  })
})

describe('rotateAbove', () => {
  it('equals its slow twin but for values at the threshold', () => {
    fc.assert(
      fc.property(size, fc.double({ min: -180, max: 180, noNaN: true }), fc.nat(), (size, degrees, seed) => {
        const random = createRandom(seed)
        const field = Float64Array.from({ length: size.width * size.height }, () => random.normal())
        const above = rotateAbove(field, size, degrees, 0.5)
        for (const [i, excess] of plainRotateAbove(field, size, degrees, 0.5).entries()) {
          if (Math.abs(excess) > 1e-9) expect(above[i]).toBe(excess > 0 ? 1 : 0)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('turns clockwise, and keeps what lies outside at 0', () => {
    const size = { width: 3, height: 3 }
    const corner = Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0)
    expect([...rotateAbove(corner, size, 90, 0.5)]).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0])
    expect([...rotateAbove(new Float64Array(9).fill(1), size, 45, 0.99)]).toEqual([0, 1, 0, 1, 1, 1, 0, 1, 0])
  })
})
