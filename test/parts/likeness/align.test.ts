import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/math/random.ts'
import { align, fixedPicture, movingPicture } from '../../../src/parts/likeness/align.ts'
import { localContrast, side } from '../../../src/parts/likeness/local-contrast.ts'
import { inverted, place, placedWindow } from '../../../src/parts/likeness/placement.ts'
import { photograph, randomSurface } from './pictures.ts'

const contrast = (grey: Uint8Array) => movingPicture(localContrast(grey))

/** The neighbourhood's mean and deviation, the obvious way. */
function contrastTwin(grey: Uint8Array): number[] {
  const inside = (i: number): number => Math.min(side - 1, Math.max(0, i))
  const around = (values: ArrayLike<number>, x: number, y: number): number => {
    let sum = 0
    for (let dy = -2; dy <= 2; dy++)
      for (let dx = -2; dx <= 2; dx++) sum += values[inside(y + dy) * side + inside(x + dx)]!
    return sum / 25
  }
  const off = Array.from(grey, (value, at) => value - around(grey, at % side, Math.floor(at / side)))
  const squares = off.map((value) => value * value)
  return off.map((value, at) => {
    const deviation = Math.sqrt(around(squares, at % side, Math.floor(at / side)))
    return Math.max(-127, Math.min(127, (31 * value) / (deviation + 1)))
  })
}

describe('local contrast', () => {
  it('is that of the obvious way', () => {
    const grey = photograph(randomSurface(createRandom(1)), {})
    const twin = contrastTwin(grey)
    const got = localContrast(grey)
    for (let i = 0; i < twin.length; i++) expect(Math.abs(got[i]! - twin[i]!)).toBeLessThan(0.51)
  })

  it('hardly changes with exposure, and is flat where the picture is', () => {
    const surface = randomSurface(createRandom(2))
    const dark = localContrast(photograph(surface, { gain: 20, offset: 60, noise: 0 }))
    const bright = localContrast(photograph(surface, { gain: 45, offset: 140, noise: 0 }))
    const gaps = dark.map((value, i) => Math.abs(value - bright[i]!)).sort()
    expect(gaps[Math.floor(0.99 * gaps.length)]).toBeLessThanOrEqual(8)
    expect(localContrast(new Uint8Array(side * side).fill(80)).every((value) => value === 0)).toBe(true)
  })

  it('refuses another size', () => {
    expect(() => localContrast(new Uint8Array(10))).toThrow('expected shape [64, 64]')
  })
})

describe('align', () => {
  it.each([
    [1, 0, 0],
    [1, 3.4, -2.2],
    [1.06, -1.5, 4.1],
    [0.95, 5, 3],
  ])('finds scale %d and shift (%d, %d)', (scale, shiftX, shiftY) => {
    const surface = randomSurface(createRandom(3))
    const fixed = fixedPicture(contrast(photograph(surface, { scale, shiftX, shiftY }, createRandom(4))))
    const moving = contrast(photograph(surface, { gain: 22, offset: 90 }, createRandom(5)))
    const { placement, correlation } = align(fixed, moving)
    expect(placement.scaleX).toBeCloseTo(scale, 1)
    expect(Math.abs(placement.scaleY - scale)).toBeLessThan(0.01)
    expect(Math.abs(placement.shiftX - shiftX)).toBeLessThan(0.15)
    expect(Math.abs(placement.shiftY - shiftY)).toBeLessThan(0.15)
    expect(correlation).toBeGreaterThan(0.85)
  })

  it('finds little in common between different surfaces', () => {
    for (let seed = 0; seed < 20; seed++) {
      const one = fixedPicture(contrast(photograph(randomSurface(createRandom(seed)), {})))
      const other = contrast(photograph(randomSurface(createRandom(100 + seed)), {}))
      expect(align(one, other).correlation).toBeLessThan(0.5)
    }
  })

  it('survives flat pictures', () => {
    const flat = movingPicture(new Int8Array(side * side))
    const { correlation } = align(fixedPicture(flat), flat)
    expect(correlation).toBe(0)
  })
})

describe('placements', () => {
  it('undo each other', () => {
    const pixels = Float32Array.from(
      { length: side * side },
      (_, at) => (at % side) + 2 * Math.floor(at / side),
    )
    const there = { scaleX: 1.1, scaleY: 0.93, shiftX: 2.5, shiftY: -3.25 }
    const moved = new Float32Array(side * side)
    place(pixels, there, side, placedWindow(there, side), moved)
    const back = new Float32Array(side * side).fill(Number.NaN)
    place(moved, inverted(there), side, placedWindow(inverted(there), side), back)
    for (let y = 20; y < 44; y++)
      for (let x = 20; x < 44; x++) expect(back[y * side + x]).toBeCloseTo(x + 2 * y, 3)
  })

  it('cover what they reach, to the last pixel', () => {
    expect(placedWindow({ scaleX: 1, scaleY: 1, shiftX: 3, shiftY: -2 }, 64)).toEqual({
      left: 0,
      right: 61,
      top: 2,
      bottom: 64,
    })
  })
})
