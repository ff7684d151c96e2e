/** The geometry of preparing, against a slow twin that asks every pixel where it comes from. */

import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import type { Image, Mask, ScoreMap } from '../../src/image/image.ts'
import { blankInPlace, mapBack, moveImage, moveMask } from '../../src/prepare/move-pixels.ts'
import {
  centredPlacement,
  composePlacements,
  halfTurned,
  isTranslation,
  type Placement,
  toPrepared,
  toSource,
  turnedPlacement,
  wholePlacement,
} from '../../src/prepare/placement.ts'
import fc from '../fast-check.ts'

const side = fc.integer({ min: 1, max: 12 })
const sizes = fc.record({ width: side, height: side })

/** A picture whose every pixel is different, and a mask at random. */
const pictures = sizes.chain(({ width, height }) =>
  fc.array(fc.nat(1), { minLength: width * height, maxLength: width * height }).map((bits) => ({
    image: {
      width,
      height,
      data: Uint8Array.from({ length: 3 * width * height }, (_, i) => (37 * i + 11) % 251),
    } satisfies Image,
    mask: { width, height, data: Uint8Array.from(bits) } satisfies Mask,
  })),
)

const turns = fc.record({
  angle: fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
  x: fc.double({ min: 0, max: 12, noNaN: true }),
  y: fc.double({ min: 0, max: 12, noNaN: true }),
})

/** Crops and pads; turns and crops; with a half turn or not. */
const scenes = fc
  .tuple(pictures, sizes, turns, fc.boolean(), fc.boolean(), fc.nat(), fc.nat())
  .map(([{ image, mask }, canvas, turn, isTurned, isFlipped, i, j]) => {
    const whole = isTurned ? turnedPlacement(image, turn.angle, turn) : wholePlacement(image)
    const x = i % whole.size.width
    const y = j % whole.size.height
    const box = {
      x,
      y,
      width: 1 + ((i + j) % (whole.size.width - x)),
      height: 1 + ((i * j) % (whole.size.height - y)),
    }
    const cropped = composePlacements(whole, centredPlacement(whole.size, box, canvas))
    return { image, mask, placement: isFlipped ? halfTurned(cropped) : cropped, isTurned, isFlipped }
  })

function slowMask(mask: Mask, placement: Placement): Uint8Array {
  const { width, height } = placement.size
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const at = toSource(placement, { x: (i % width) + 0.5, y: Math.floor(i / width) + 0.5 })
    const [x, y] = [Math.floor(at.x), Math.floor(at.y)]
    return x >= 0 && y >= 0 && x < mask.width && y < mask.height ? mask.data[y * mask.width + x]! : 0
  })
}

describe('moveMask and moveImage', () => {
  it('take every pixel from where the placement says, for crops, pads and turns', () => {
    fc.assert(
      fc.property(scenes, ({ mask, placement }) => {
        expect(moveMask(mask, placement)).toEqual({ ...placement.size, data: slowMask(mask, placement) })
      }),
    )
  })

  it('move a mask with its image: cut out before or after, the same pixels are left', () => {
    fc.assert(
      fc.property(scenes, ({ image, mask, placement, isTurned }) => {
        fc.pre(!isTurned)
        const before = { ...image, data: image.data.slice() }
        blankInPlace(before, mask, [0, 0, 0])
        const after = moveImage(image, placement, [0, 0, 0])
        blankInPlace(after, moveMask(mask, placement), [0, 0, 0])
        expect(after).toEqual(moveImage(before, placement, [0, 0, 0]))
      }),
    )
  })

  it('resample nothing by crops, pads and half turns: every pixel inside is one of the source, unchanged', () => {
    fc.assert(
      fc.property(scenes, ({ image, placement, isTurned, isFlipped }) => {
        fc.pre(!isTurned)
        expect(isTranslation(placement)).toBe(!isFlipped)
        const moved = moveImage(image, placement, [255, 254, 253])
        for (let i = 0; i < moved.data.length / 3; i++) {
          const at = toSource(placement, {
            x: (i % moved.width) + 0.5,
            y: Math.floor(i / moved.width) + 0.5,
          })
          const [x, y] = [Math.floor(at.x), Math.floor(at.y)]
          const isShown = x >= 0 && y >= 0 && x < image.width && y < image.height
          const from = 3 * (y * image.width + x)
          expect([...moved.data.subarray(3 * i, 3 * i + 3)]).toEqual(
            isShown ? [...image.data.subarray(from, from + 3)] : [255, 254, 253],
          )
        }
      }),
    )
  })

  it('turn a picture by a quarter as one would by hand', () => {
    const image: Image = { width: 2, height: 1, data: Uint8Array.of(10, 20, 30, 40, 50, 60) }
    const placement = turnedPlacement(image, Math.PI / 2, { x: 1, y: 0.5 })
    expect(placement.size).toEqual({ width: 1, height: 2 })
    // clockwise: what was left is up
    expect([...moveImage(image, placement, [0, 0, 0]).data]).toEqual([10, 20, 30, 40, 50, 60])
    const back = turnedPlacement(image, -Math.PI / 2, { x: 1, y: 0.5 })
    expect([...moveImage(image, back, [0, 0, 0]).data]).toEqual([40, 50, 60, 10, 20, 30])
  })

  it('refuse pixels of another size', () => {
    const mask: Mask = { width: 2, height: 2, data: new Uint8Array(4) }
    const placement = wholePlacement({ width: 3, height: 2 })
    expect(() => moveMask(mask, placement)).toThrow(ShapeError)
    expect(() => mapBack({ width: 2, height: 2, data: new Float32Array(4) }, placement)).toThrow(ShapeError)
  })
})

describe('coordinates', () => {
  it('go to the source and back', () => {
    fc.assert(
      fc.property(scenes, turns, ({ placement }, { x, y }) => {
        const there = toPrepared(placement, toSource(placement, { x, y }))
        expect(there.x).toBeCloseTo(x, 9)
        expect(there.y).toBeCloseTo(y, 9)
      }),
    )
  })

  it('lay a map back on the photograph, and say nothing of what is not shown', () => {
    fc.assert(
      fc.property(scenes, ({ placement, isTurned }) => {
        fc.pre(!isTurned)
        const { width, height } = placement.size
        const map: ScoreMap = {
          width,
          height,
          data: Float32Array.from({ length: width * height }, (_, i) => i),
        }
        const back = mapBack(map, placement)
        for (let i = 0; i < back.data.length; i++) {
          const at = toPrepared(placement, {
            x: (i % back.width) + 0.5,
            y: Math.floor(i / back.width) + 0.5,
          })
          const isShown = at.x > 0 && at.y > 0 && at.x < width && at.y < height
          expect(back.data[i]).toBe(isShown ? Math.floor(at.y) * width + Math.floor(at.x) : Number.NaN)
        }
      }),
    )
  })

  it('hold the whole turned picture', () => {
    fc.assert(
      fc.property(sizes, turns, (size, turn) => {
        const placement = turnedPlacement(size, turn.angle, turn)
        for (const [x, y] of [
          [0, 0],
          [size.width, 0],
          [0, size.height],
          [size.width, size.height],
        ] as const) {
          const at = toPrepared(placement, { x, y })
          expect(at.x).toBeGreaterThan(-1e-5)
          expect(at.y).toBeGreaterThan(-1e-5)
          expect(at.x).toBeLessThan(placement.size.width + 1e-5)
          expect(at.y).toBeLessThan(placement.size.height + 1e-5)
        }
      }),
    )
  })
})
