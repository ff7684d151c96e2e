import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { fitFrame, sourceBox } from '../../src/image/frame.ts'
import type { Fit, Frame, Image, Mask, Size } from '../../src/image/image.ts'
import { prepareImage } from '../../src/image/prepare-image.ts'
import { prepareMask } from '../../src/image/prepare-mask.ts'
import { resizeBilinear } from '../../src/image/resize-bilinear.ts'
import fc from '../fast-check.ts'

const side = fc.integer({ min: 1, max: 60 })
const size = fc.record({ width: side, height: side })
const extreme = fc.record({
  width: fc.integer({ min: 1, max: 20_000 }),
  height: fc.integer({ min: 1, max: 300 }),
})
const fit = fc.constantFrom<Fit>('stretch', 'pad', 'crop')

const flat = ({ width, height }: Size, level = 7): Image => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(level),
})

describe('fitFrame', () => {
  it('keeps rectangles whole, not empty and inside', () => {
    fc.assert(
      fc.property(fc.oneof(size, extreme), size, fit, (source, target, how) => {
        const { visible, content } = fitFrame(source, target, how)
        for (const [rect, outer] of [
          [visible, source],
          [content, target],
        ] as const) {
          expect(Object.values(rect).every(Number.isInteger)).toBe(true)
          expect(Math.min(rect.width, rect.height)).toBeGreaterThan(0)
          expect(Math.min(rect.x, rect.y)).toBeGreaterThanOrEqual(0)
          expect(rect.x + rect.width).toBeLessThanOrEqual(outer.width)
          expect(rect.y + rect.height).toBeLessThanOrEqual(outer.height)
        }
      }),
    )
  })

  it('does not distort with pad and crop, but for rounding to pixels', () => {
    fc.assert(
      fc.property(size, size, fc.constantFrom<Fit>('pad', 'crop'), (source, target, how) => {
        const frame = fitFrame(source, target, how)
        const { content } = frame
        const box = sourceBox(frame)
        const scale = how === 'pad' ? limit(Math.min, source, target) : limit(Math.max, source, target)
        // Where the crop would take less than half a source pixel off, all of the source stays visible.
        const isWhole = box.width === source.width && box.height === source.height
        const tolerance = how === 'crop' && isWhole ? 1 + scale : 1
        expect(Math.abs(content.width - box.width * scale)).toBeLessThanOrEqual(tolerance)
        expect(Math.abs(content.height - box.height * scale)).toBeLessThanOrEqual(tolerance)
      }),
    )
  })

  it('shows the middle with crop and centres with pad', () => {
    fc.assert(
      fc.property(size, size, (source, target) => {
        const box = sourceBox(fitFrame(source, target, 'crop'))
        const scale = limit(Math.max, source, target)
        expect(Math.abs(box.x + box.width / 2 - source.width / 2) * scale).toBeLessThanOrEqual(1)
        expect(Math.abs(box.y + box.height / 2 - source.height / 2) * scale).toBeLessThanOrEqual(1)
        const { content } = fitFrame(source, target, 'pad')
        expect(Math.abs(2 * content.x + content.width - target.width)).toBeLessThanOrEqual(1)
        expect(Math.abs(2 * content.y + content.height - target.height)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses a side of %d', (width) => {
    expect(() => fitFrame({ width, height: 3 }, { width: 4, height: 4 }, 'pad')).toThrow(ShapeError)
    expect(() => fitFrame({ width: 4, height: 4 }, { width, height: 3 }, 'crop')).toThrow(ShapeError)
  })
})

const limit = (choose: typeof Math.min, source: Size, target: Size): number =>
  choose(target.width / source.width, target.height / source.height)

describe('prepareImage', () => {
  it('gives the size asked for and never invents a level', () => {
    fc.assert(
      fc.property(size, size, fit, (source, target, how) => {
        const prepared = prepareImage(flat(source), target, how)
        expect([prepared.width, prepared.height]).toEqual([target.width, target.height])
        expect(prepared.data.length).toBe(3 * target.width * target.height)
        expect(prepared.data.every((level) => level === 7)).toBe(true)
      }),
    )
  })

  it('pads by repeating the nearest pixel of the content', () => {
    const noise = fc.uint8Array({ minLength: 36, maxLength: 36 })
    fc.assert(
      fc.property(noise, size, fc.constantFrom([12, 1], [1, 12], [4, 3]), (data, target, [width, height]) => {
        const image = { width: width!, height: height!, data }
        const { data: padded, frame } = prepareImage(image, target, 'pad')
        const { content } = frame
        const inside = resizeBilinear(image, content)
        for (let y = 0; y < target.height; y++) {
          for (let x = 0; x < target.width; x++) {
            const column = Math.min(Math.max(x - content.x, 0), content.width - 1)
            const row = Math.min(Math.max(y - content.y, 0), content.height - 1)
            const wanted = 3 * (row * content.width + column)
            const at = 3 * (y * target.width + x)
            expect(padded.subarray(at, at + 3)).toEqual(inside.data.subarray(wanted, wanted + 3))
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  it.each<[Size, Fit]>([
    [{ width: 1, height: 1 }, 'stretch'],
    [{ width: 1, height: 1 }, 'pad'],
    [{ width: 1, height: 1 }, 'crop'],
    [{ width: 20_000, height: 10 }, 'stretch'],
    [{ width: 20_000, height: 10 }, 'pad'],
    [{ width: 20_000, height: 10 }, 'crop'],
    [{ width: 10, height: 20_000 }, 'pad'],
    [{ width: 10, height: 20_000 }, 'crop'],
  ])('survives an image of %j with %s', (source, how) => {
    const { data, frame } = prepareImage(flat(source, 200), { width: 320, height: 224 }, how)
    expect(data.length).toBe(3 * 320 * 224)
    expect(data.every((level) => level === 200)).toBe(true)
    expect(frame.source).toEqual(source)
  })
})

/** The same by brute force: each prepared pixel is sampled on a fine grid of points. */
function prepareMaskSlowly(mask: Mask, frame: Frame, x: number, y: number, points: number): number {
  const { content } = frame
  const box = sourceBox(frame)
  let inside = 0
  for (let j = 0; j < points; j++) {
    for (let i = 0; i < points; i++) {
      const column = box.x + ((x - content.x + (i + 0.5) / points) * box.width) / content.width
      const row = box.y + ((y - content.y + (j + 0.5) / points) * box.height) / content.height
      inside += mask.data[Math.floor(row) * mask.width + Math.floor(column)]!
    }
  }
  return inside / points ** 2
}

const anyMask: fc.Arbitrary<Mask> = fc
  .record({ width: fc.integer({ min: 1, max: 20 }), height: fc.integer({ min: 1, max: 20 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height })
      .map((bits) => ({ width, height, data: Uint8Array.from(bits) })),
  )
const smallSize = fc.record({
  width: fc.integer({ min: 1, max: 12 }),
  height: fc.integer({ min: 1, max: 12 }),
})

describe('prepareMask', () => {
  it('marks pixels of which at least half lies inside, by a slow twin', () => {
    fc.assert(
      fc.property(anyMask, smallSize, fit, (mask, target, how) => {
        const frame = fitFrame(mask, target, how)
        const { data } = prepareMask(mask, frame)
        const { content } = frame
        for (let y = 0; y < target.height; y++) {
          for (let x = 0; x < target.width; x++) {
            const value = data[y * target.width + x]!
            const isContent =
              x >= content.x &&
              y >= content.y &&
              x < content.x + content.width &&
              y < content.y + content.height
            if (!isContent) {
              expect(value).toBe(0)
              continue
            }
            const share = prepareMaskSlowly(mask, frame, x, y, 40)
            if (Math.abs(share - 0.5) > 0.1) expect(value).toBe(share > 0.5 ? 1 : 0)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('keeps full and empty masks full and empty, and copies at the same size', () => {
    fc.assert(
      fc.property(anyMask, smallSize, fit, (mask, target, how) => {
        const frame = fitFrame(mask, target, how)
        const sum = (level: number): number =>
          prepareMask({ ...mask, data: new Uint8Array(mask.data.length).fill(level) }, frame).data.reduce(
            (total, value) => total + value,
            0,
          )
        expect(sum(0)).toBe(0)
        expect(sum(1)).toBe(frame.content.width * frame.content.height)
        expect(prepareMask(mask, fitFrame(mask, mask, how)).data).toEqual(mask.data)
      }),
    )
  })

  it('counts exactly half as inside', () => {
    const mask = { width: 2, height: 1, data: Uint8Array.of(1, 0) }
    expect(prepareMask(mask, fitFrame(mask, { width: 1, height: 1 }, 'stretch')).data).toEqual(
      Uint8Array.of(1),
    )
    const thirds = { width: 6, height: 1, data: Uint8Array.of(1, 0, 0, 0, 1, 1) }
    expect(prepareMask(thirds, fitFrame(thirds, { width: 2, height: 1 }, 'stretch')).data).toEqual(
      Uint8Array.of(0, 1),
    )
  })

  it('undoes an enlargement', () => {
    fc.assert(
      fc.property(anyMask, fc.integer({ min: 1, max: 4 }), (mask, factor) => {
        const large = { width: mask.width * factor, height: mask.height * factor }
        const enlarged = prepareMask(mask, fitFrame(mask, large, 'stretch'))
        expect(prepareMask(enlarged, fitFrame(large, mask, 'stretch')).data).toEqual(mask.data)
      }),
    )
  })

  it('refuses a mask of another size', () => {
    const frame = fitFrame({ width: 4, height: 4 }, { width: 2, height: 2 }, 'pad')
    expect(() => prepareMask({ width: 4, height: 3, data: new Uint8Array(12) }, frame)).toThrow(ShapeError)
  })
})
