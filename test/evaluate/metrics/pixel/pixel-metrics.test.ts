import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../../../src/errors.ts'
import {
  createPixelMetrics,
  type PixelFigures,
} from '../../../../src/evaluate/metrics/pixel/pixel-metrics.ts'
import { averagePrecision } from '../../../../src/evaluate/metrics/precision-recall.ts'
import { auroc, partialAuroc } from '../../../../src/evaluate/metrics/roc.ts'
import { createRandom } from '../../../../src/math/random.ts'
import fc from '../../../fast-check.ts'
import { type TwinImage, twinFigures, wholeCurve } from './whole-curve.ts'

const names = ['auroc', 'averagePrecision', 'aupro', 'aupro05', 'aupimo'] as const

function figuresOf(images: readonly TwinImage[]): PixelFigures {
  const metrics = createPixelMetrics()
  for (const { scores, mask, width, height } of images) {
    metrics.add(Float32Array.from(scores), mask, { width, height })
  }
  return metrics.figures()
}

function expectEqual(got: PixelFigures, want: ReturnType<typeof twinFigures>, digits = 10): void {
  for (const name of names) {
    if (want[name] === null) expect(got[name], name).toBeNull()
    else expect(got[name], name).toBeCloseTo(want[name], name === 'aupimo' ? 3 : digits)
  }
}

/** One row of pixels: [score, inside a defect]. */
const image = (pixels: readonly (readonly [number, number])[], isNominal = false): TwinImage => ({
  scores: pixels.map(([score]) => score),
  mask: isNominal ? null : Uint8Array.from(pixels, ([, inside]) => inside),
  width: pixels.length,
  height: 1,
})

describe('createPixelMetrics', () => {
  // float32 values, so that the twin sees the same ties: few, tiny, huge and negative ones.
  const score = fc.constantFrom(-1e30, -2, -0.5, -0, 0, 1e-40, 0.25, 0.5, 1, 1.5, 3e38).map(Math.fround)
  const pictures = fc.array(
    fc.record({
      width: fc.integer({ min: 1, max: 6 }),
      pixels: fc.array(fc.tuple(score, fc.constantFrom(0, 0, 1)), { minLength: 6, maxLength: 24 }),
      isNominal: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  const cut = ({
    width,
    pixels,
    isNominal,
  }: {
    width: number
    pixels: [number, number][]
    isNominal: boolean
  }) => {
    const height = Math.floor(pixels.length / width)
    const kept = pixels.slice(0, width * height)
    const mask = isNominal ? null : Uint8Array.from(kept, ([, inside]) => inside)
    return { scores: kept.map(([value]) => value), mask, width, height }
  }

  it('equals curves built point by point, ties and all', () => {
    fc.assert(
      fc.property(pictures, (items) => {
        const images = items.map(cut)
        const inside = images.flatMap(({ mask, scores }) => (mask ? [...mask] : scores.map(() => 0)))
        fc.pre(inside.includes(1) && inside.includes(0))
        expectEqual(figuresOf(images), twinFigures(wholeCurve(images)))
      }),
      { numRuns: 300 },
    )
  })

  it('equals the figures of images where one region holds 150,000 distinct scores', () => {
    const random = createRandom(3)
    const size = { width: 600, height: 500 }
    const mask = new Uint8Array(300_000).fill(1, 0, 150_000)
    const scores = Float32Array.from(mask, (inside) => random.normal() + inside)
    const metrics = createPixelMetrics()
    metrics.add(scores, mask, size)
    const { auroc: area, averagePrecision: precision, aupro05 } = metrics.figures()
    const rows = Float64Array.from(scores)
    expect(area).toBeCloseTo(auroc(rows, mask)!, 12)
    expect(precision).toBeCloseTo(averagePrecision(rows, mask)!, 12)
    // With one region the overlap is the recall; McClish's scaling undone.
    const chance = 0.05 ** 2 / 2
    const partial = (2 * partialAuroc(rows, mask, 0.05)! - 1) * (0.05 - chance) + chance
    expect(aupro05).toBeCloseTo(partial / 0.05, 12)
  })

  it('does not care for the order of the images', () => {
    const images = [
      image([
        [3, 1],
        [1, 0],
        [2, 1],
      ]),
      image(
        [
          [2, 0],
          [0.5, 0],
        ],
        true,
      ),
      image([
        [4, 0],
        [2, 1],
      ]),
    ]
    expect(figuresOf(images)).toEqual(figuresOf([...images].reverse()))
  })

  it('does not care for increasing maps of the scores', () => {
    fc.assert(
      fc.property(pictures, (items) => {
        const images = items.map(cut)
        // Order-preserving on the scores drawn here, without new ties in float32.
        const levels = [...new Set(images.flatMap(({ scores }) => scores.map((value) => value + 0)))].sort(
          (a, b) => a - b,
        )
        const ranked = images.map((each) => ({
          ...each,
          scores: each.scores.map((value) => levels.indexOf(value + 0) - 3),
        }))
        expect(figuresOf(ranked)).toEqual(figuresOf(images))
      }),
    )
  })

  it('gives 1 to perfect maps, 0 overlap to maps that are wrong everywhere, and one half to blind ones', () => {
    const perfect = figuresOf([
      image([
        [5, 1],
        [1, 0],
        [2, 0],
      ]),
      image([
        [9, 1],
        [9, 1],
        [0, 0],
      ]),
    ])
    expect(perfect).toEqual({ auroc: 1, averagePrecision: 1, aupro: 1, aupro05: 1, aupimo: null })
    const wrong = figuresOf([
      image([
        [0, 1],
        [1, 0],
        [2, 0],
      ]),
    ])
    expect(wrong).toMatchObject({ auroc: 0, averagePrecision: 1 / 3, aupro: 0, aupro05: 0 })
    const blind = figuresOf([
      image([
        [7, 1],
        [7, 0],
        [7, 0],
        [7, 0],
      ]),
    ])
    expect(blind.auroc).toBe(0.5)
    expect(blind.averagePrecision).toBe(0.25)
    expect(blind.aupro).toBeCloseTo(0.15, 12) // the diagonal up to 0.3
  })

  it('counts every region alike, however small', () => {
    // Two regions of 1 and 3 pixels; only the small one scores above the rest.
    const { aupro } = figuresOf([
      image([
        [9, 1],
        [5, 0],
        [1, 1],
        [1, 1],
        [1, 1],
        [2, 0],
        [3, 0],
      ]),
    ])
    expect(aupro).toBeCloseTo(0.5, 12)
  })

  it('leaves out what lies outside the content of the frame', () => {
    const size = { width: 4, height: 3 }
    const scores = Float32Array.of(9, 9, 9, 9, 9, 3, 1, 9, 9, 2, 0, 9)
    const mask = Uint8Array.of(1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0)
    scores[0] = Number.NaN // padding is not even looked at
    const padded = createPixelMetrics()
    padded.add(scores, mask, size, { x: 1, y: 1, width: 2, height: 2 })
    const bare = createPixelMetrics()
    bare.add(Float32Array.of(3, 1, 2, 0), Uint8Array.of(1, 0, 0, 0), { width: 2, height: 2 })
    expect(padded.figures()).toEqual(bare.figures())
    expect(padded.figures().auroc).toBe(1)
  })

  it('reads a part of a larger buffer, and keeps neither map nor mask', () => {
    const buffer = Float32Array.of(7, 3, 1, 7).subarray(1, 3)
    const mask = Uint8Array.of(1, 0)
    const metrics = createPixelMetrics()
    metrics.add(buffer, mask, { width: 2, height: 1 })
    buffer.fill(0)
    mask.fill(0)
    expect(metrics.figures()).toMatchObject({ auroc: 1, averagePrecision: 1 })
  })

  it('takes infinite scores; refuses NaN and counts nothing of that image', () => {
    const metrics = createPixelMetrics()
    metrics.add(Float32Array.of(Infinity, -Infinity, 0), Uint8Array.of(1, 0, 0), { width: 3, height: 1 })
    const before = metrics.figures()
    expect(before.auroc).toBe(1)
    for (const nan of [Number.NaN, -Number.NaN]) {
      const scores = Float32Array.of(5, 5, 1, nan)
      expect(() => metrics.add(scores, Uint8Array.of(0, 0, 1, 0), { width: 2, height: 2 })).toThrow(
        /score map, x = 1, y = 1: expected a number, got NaN/,
      )
    }
    expect(metrics.figures()).toEqual(before)
  })

  it('has no figure where there is nothing to compare', () => {
    const nothing = { auroc: null, averagePrecision: null, aupro: null, aupro05: null, aupimo: null }
    expect(figuresOf([])).toEqual(nothing)
    expect(
      figuresOf([
        image(
          [
            [1, 0],
            [2, 0],
          ],
          true,
        ),
        image([[1, 0]]),
      ]),
    ).toEqual(nothing)
    expect(
      figuresOf([
        image([
          [1, 1],
          [2, 1],
        ]),
      ]),
    ).toEqual({ ...nothing, averagePrecision: 1 })
  })

  it('refuses maps, masks and contents of another size, and impossible limits', () => {
    const metrics = createPixelMetrics()
    const size = { width: 2, height: 2 }
    expect(() => metrics.add(new Float32Array(3), null, size)).toThrow(ShapeError)
    expect(() => metrics.add(new Float32Array(4), new Uint8Array(5), size)).toThrow(
      /mask: expected shape \[2, 2\]/,
    )
    expect(() => metrics.add(new Float32Array(4), null, size, { x: 1, y: 0, width: 2, height: 2 })).toThrow(
      /within 2 x 2, got 2 x 2 at 1, 0/,
    )
    expect(() => metrics.aupro(0)).toThrow(/above 0, at most 1, got 0/)
  })
})

describe('aupimo', () => {
  /** 100,000 nominal pixels in four images, so that a rate of 1e-5 is one of them. */
  const nominal = (peaks: readonly number[]): TwinImage[] =>
    Array.from({ length: 4 }, (_, i) => {
      const scores = new Float32Array(25_000)
      scores.set(peaks.filter((_, p) => p % 4 === i))
      return { scores, mask: null, width: 250, height: 100 }
    })
  it('asks how much of each defect lies above what nominal images reach in one pixel of 100,000 to one of 10,000', () => {
    const peaks = Array.from({ length: 40 }, (_, i) => 1 + i / 4)
    const images = [
      ...nominal(peaks),
      image([
        [20, 1],
        [20, 1],
        [7.25, 1],
        [3, 1],
        [50, 0],
      ]), // its own false alarms do not count
      image([
        [10.75, 1],
        [9, 1],
        [-1, 0],
      ]),
    ]
    expectEqual(figuresOf(images), twinFigures(wholeCurve(images)))
  })
  it('is 1 where defects stand out, 0 where they do not, and not known from too few nominal pixels', () => {
    const peaks = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    const above = image([
      [20, 1],
      [1, 0],
    ])
    const below = image([
      [4, 1],
      [1, 0],
    ])
    expect(figuresOf([...nominal(peaks), above]).aupimo).toBe(1)
    expect(figuresOf([...nominal(peaks), below]).aupimo).toBe(0)
    expect(figuresOf([...nominal(peaks), above, below]).aupimo).toBe(0.5)
    expect(figuresOf([...nominal(peaks).slice(1), above]).aupimo).toBeNull()
  })
  it('takes an anomalous image with an empty mask neither for nominal nor for a defect', () => {
    const peaks = Array.from({ length: 12 }, (_, i) => 5 + i)
    const seen = image([
      [20, 1],
      [1, 0],
    ])
    const vanished = image(Array.from({ length: 30 }, () => [99, 0] as const))
    expect(figuresOf([...nominal(peaks), seen, vanished]).aupimo).toBe(1)
    expect(figuresOf([...nominal(peaks), seen, vanished]).auroc).toBeLessThan(1)
  })
})

it('counts where it is told to, as if there were nothing else', () => {
  const random = createRandom(3, 'counted')
  const [size, left] = [
    { width: 12, height: 10 },
    { width: 7, height: 10 },
  ]
  const [some, cut] = [createPixelMetrics(), createPixelMetrics()]
  const counted = Uint8Array.from({ length: 120 }, (_, i) => (i % 12 < 7 ? 1 : 0))
  const leftOf = <T extends Float32Array | Uint8Array>(values: T): T =>
    values.filter((_, i) => i % 12 < 7) as T
  for (let image = 0; image < 8; image++) {
    const scores = Float32Array.from({ length: 120 }, () => Math.round(20 * random.uniform()))
    const mask =
      image % 2 === 0
        ? null
        : Uint8Array.from({ length: 120 }, (_, i) => (i % 12 > 3 && i % 12 < 10 && i > 40 && i < 80 ? 1 : 0))
    some.add(scores, mask, size, { x: 0, y: 0, ...size }, counted)
    cut.add(leftOf(scores), mask && leftOf(mask), left)
  }
  expect(some.figures()).toEqual(cut.figures())
})
