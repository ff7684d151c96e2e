import { describe, expect, test } from 'vitest'
import type { Mask } from '../../src/image/image.ts'
import { buildGallery } from '../../src/report/build-gallery.ts'
import { pickGallery } from '../../src/report/gallery-pick.ts'
import { maskPath } from '../../src/report/mask-path.ts'
import { outcomeOf } from '../../src/report/sections/gallery.ts'
import { resampleMap, shrinkImage, shrinkMask, thumbnailSize } from '../../src/report/thumbnail.ts'
import { quietTask } from '../../src/task.ts'
import { galleryItemSchema } from '../../src/wire/report-data.ts'
import fc from '../fast-check.ts'
import { fixtureRun } from './fixture.ts'
import { fixturePainter, sceneLoader, thresholdsOf } from './fixture-view.ts'

const run = fixtureRun(4, { folds: 3, perHalf: 20 })
const input = {
  rows: run.rows,
  thresholds: thresholdsOf(run),
  load: sceneLoader(run),
  painter: fixturePainter,
  task: quietTask,
  range: { low: 1, high: 3 },
}

describe('picking', () => {
  const picks = pickGallery(run.rows, input.thresholds, 30)

  test('escapes, false alarms, then the rest; worst first; no image twice', () => {
    const order = picks.map(({ row }) => outcomeOf(row))
    const rank = { escape: 0, 'false-alarm': 1, review: 2, correct: 3 }
    expect(order.map((outcome) => rank[outcome])).toEqual(order.map((outcome) => rank[outcome]).sort())
    const escapes = picks.filter(({ row }) => outcomeOf(row) === 'escape')
    const margins = escapes.map(({ row, threshold }) => threshold! - row.score)
    expect(margins).toEqual([...margins].sort((a, b) => b - a))
    expect(new Set(picks.map(({ row }) => row.image)).size).toBe(picks.length)
    expect(picks.every(({ row }) => row.role === 'inference')).toBe(true)
  })

  test('the worst escape of the run comes first', () => {
    const worst = run.rows
      .filter((row) => row.role === 'inference' && outcomeOf(row) === 'escape')
      .map((row) => input.thresholds.get(row.fold)! - row.score)
    expect(input.thresholds.get(picks[0]!.row.fold)! - picks[0]!.row.score).toBe(Math.max(...worst))
  })

  test('never more than asked for, whatever the rows, and the same for any order of rows', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(1000), (maximum, turn) => {
        const rows = [...run.rows.slice(turn), ...run.rows.slice(0, turn)]
        const chosen = pickGallery(rows, input.thresholds, maximum)
        expect(chosen.length).toBeLessThanOrEqual(maximum)
        expect(chosen).toEqual(pickGallery(run.rows, input.thresholds, maximum))
      }),
      { numRuns: 20 },
    )
  })

  test('every defect that was ever found has an example', () => {
    const all = pickGallery(run.rows, input.thresholds, 60)
    const correct = all.filter(({ row }) => outcomeOf(row) === 'correct').map(({ row }) => row.defect)
    expect(new Set(correct)).toEqual(new Set(['', 'crack', 'dent', 'scratch', 'underfill']))
  })
})

describe('building', () => {
  test('items follow the schema; the scale is the run’s one scale', async () => {
    const { items, scale } = await buildGallery(input, { maximumItems: 6, side: 64 })
    expect(items).toHaveLength(6)
    for (const item of items) expect(galleryItemSchema.safeParse(item).error).toBeUndefined()
    expect(items.every((item) => Math.max(item.width, item.height) === 64)).toBe(true)
    expect(scale).toMatchObject(input.range)
  })

  test('keeps to the size allowed, dropping from the end', async () => {
    const options = { maximumItems: 6, side: 64 }
    const whole = (await buildGallery(input, options)).items
    const bytes = whole
      .slice(0, 3)
      .reduce((sum, item) => sum + item.thumbnail.length + item.heat!.length + (item.outline?.length ?? 0), 0)
    const { items } = await buildGallery(input, { ...options, maximumBytes: bytes })
    expect(items).toEqual(whole.slice(0, 3))
  })

  test('a picture that cannot be had is skipped; without maps there is no scale', async () => {
    const load = async (image: string, fold: number) => {
      const scene = await input.load(image, fold)
      return image.endsWith('-1.png') || scene === null ? null : { ...scene, map: null }
    }
    const { items, scale } = await buildGallery({ ...input, load }, { maximumItems: 5, side: 32 })
    expect(scale).toBeNull()
    expect(items.every((item) => item.heat === null && !item.image.endsWith('-1.png'))).toBe(true)
  })

  test('stops when cancelled', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(buildGallery({ ...input, task: { ...quietTask, signal: stop.signal } })).rejects.toThrow(
      'interrupted',
    )
  })
})

describe('layers', () => {
  test('shrinking keeps the shape and the mean', () => {
    expect(thumbnailSize({ width: 4000, height: 1000 }, 320)).toEqual({ width: 320, height: 80 })
    expect(thumbnailSize({ width: 30, height: 10 }, 320)).toEqual({ width: 30, height: 10 })
    const image = { width: 3, height: 1, data: Uint8Array.from([0, 0, 0, 90, 90, 90, 30, 60, 120]) }
    expect([...shrinkImage(image, { width: 1, height: 1 }).data]).toEqual([40, 50, 70])
    expect(shrinkImage(image, { width: 3, height: 1 }).data).toEqual(image.data)
  })

  test('a shrunk picture is the average over what each pixel covers', () => {
    const sides = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
    fc.assert(
      fc.property(sides, sides, fc.infiniteStream(fc.nat(255)), ([a, b], [c, d], values) => {
        const [width, height] = [Math.max(a, b), Math.max(c, d)]
        const size = { width: Math.min(a, b), height: Math.min(c, d) }
        const data = Uint8Array.from({ length: 3 * width * height }, () => values.next().value)
        const shrunk = shrinkImage({ width, height, data }, size).data
        // Every source pixel as width' x height' small ones, every target pixel the mean of width x height of them.
        for (let y = 0; y < size.height; y++) {
          for (let x = 0; x < size.width; x++) {
            let sum = 0
            for (let v = y * height; v < (y + 1) * height; v++)
              for (let u = x * width; u < (x + 1) * width; u++)
                sum += data[3 * (Math.floor(v / size.height) * width + Math.floor(u / size.width))]!
            expect(Math.abs(sum / (width * height) - shrunk[3 * (y * size.width + x)]!)).toBeLessThan(0.501)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  test('a map is resampled at pixel centres', () => {
    const map = { width: 2, height: 1, data: Float32Array.from([0, 1]) }
    expect([...resampleMap(map, { width: 4, height: 1 }).data]).toEqual([0, 0.25, 0.75, 1])
  })

  test('one defective pixel survives any shrinking', () => {
    const data = new Uint8Array(100 * 100)
    data[5050] = 1
    expect(
      shrinkMask({ width: 100, height: 100, data }, { width: 7, height: 7 }).data.reduce((a, b) => a + b, 0),
    ).toBe(1)
  })
})

describe('mask path', () => {
  const mask = (rows: readonly string[]): Mask => ({
    width: rows[0]!.length,
    height: rows.length,
    data: Uint8Array.from(rows.join(''), (cell) => (cell === '#' ? 1 : 0)),
  })

  test.each([
    [['.'], ''],
    [['#'], 'M0.5 0L1 0.5L0.5 1L0 0.5Z'],
  ])('%j', (rows, path) => {
    expect(maskPath(mask(rows))).toBe(path)
  })

  test('a hole is a subpath of its own; regions that touch at a corner stay apart', () => {
    expect(maskPath(mask(['###', '#.#', '###'])).match(/M/g)).toHaveLength(2)
    expect(maskPath(mask(['#.', '.#'])).match(/M/g)).toHaveLength(2)
  })

  test('its area differs from the pixels’ only by the cut corners', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 36, maxLength: 36 }), (cells) => {
        const path = maskPath({ width: 6, height: 6, data: Uint8Array.from(cells, Number) })
        const loops = path
          .split('Z')
          .filter(Boolean)
          .map((loop) =>
            loop
              .slice(1)
              .split('L')
              .map((point) => point.split(' ').map(Number)),
          )
        const area = loops.reduce((sum, loop) => {
          const doubled = loop.reduce((total, [x, y], i) => {
            const [nx, ny] = loop[(i + 1) % loop.length]!
            return total + x! * ny! - nx! * y!
          }, 0)
          return sum + doubled / 2
        }, 0)
        const pixels = cells.filter(Boolean).length
        expect(area).toBeGreaterThanOrEqual(pixels / 2)
        expect(area).toBeLessThanOrEqual(pixels + (36 - pixels) / 2)
      }),
    )
  })
})
