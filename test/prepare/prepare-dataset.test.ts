/** The whole preparation on datasets that carry their own truth: masks stay with their pictures, no picture is lost. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { UsageError } from '../../src/errors.ts'
import { decodeImage } from '../../src/image/decode-image.ts'
import { decodeMask } from '../../src/image/decode-mask.ts'
import type { PrepareOptions } from '../../src/options/requests/prepare.ts'
import { toSource } from '../../src/prepare/placement.ts'
import { prepareDataset } from '../../src/run/prepare/prepare-dataset.ts'
import { quietTask } from '../../src/task.ts'
import { preparationSchema } from '../../src/wire/preparation.ts'
import fc from '../fast-check.ts'
import { inside, type Picture, writePictures } from './forged-dataset.ts'
import { requestFor as requestIn } from './request-for.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-prepare-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const requestFor = (more: Partial<PrepareOptions> = {}): PrepareOptions => requestIn(folder, more)

/** A picture with an object somewhere in it and perhaps a defect anywhere. */
const pictures = fc
  .record({
    width: fc.integer({ min: 8, max: 20 }),
    height: fc.integer({ min: 8, max: 20 }),
    at: fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100), fc.nat(100)),
    spot: fc.option(fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100), fc.nat(100)), { nil: null }),
    isBroken: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  })
  .map(({ width, height, at, spot, isBroken }): Picture => {
    const rectFrom = ([a, b, c, d]: readonly number[]) => {
      const x = a! % (width - 3)
      const y = b! % (height - 3)
      return { x, y, width: 3 + (c! % (width - x - 2)), height: 3 + (d! % (height - y - 2)) }
    }
    return { width, height, object: rectFrom(at), defect: spot && rectFrom(spot), isBroken }
  })

const datasets = fc
  .array(pictures, { minLength: 2, maxLength: 7 })
  .filter((all) => all.some(({ isBroken }) => isBroken !== true))

describe('prepareDataset', () => {
  it('keeps every picture or says why not, and moves masks exactly as their pictures', async () => {
    await fc.assert(
      fc.asyncProperty(datasets, fc.boolean(), fc.nat(3), async (all, isCut, margin) => {
        rmSync(folder, { recursive: true, force: true })
        await writePictures(join(folder, 'in'), all)
        const canvas = isCut ? { width: 8, height: 8 } : null
        const made = await prepareDataset(requestFor({ canvas, margin }), quietTask)

        const kept = made.images.map(({ source }) => source)
        const failed = made.failures.map(({ path }) => path.slice(join(folder, 'in/').length))
        expect([...kept, ...failed].sort()).toEqual(all.map((_, i) => `images/${i}.png`).sort())
        expect(failed).toEqual(all.flatMap(({ isBroken }, i) => (isBroken ? [`images/${i}.png`] : [])))
        const { samples } = await openDataset(made.source.path.replace(/in$/, 'out'), { task: quietTask })
        expect(samples).toHaveLength(kept.length)

        for (const { source, outputs, marks } of made.images) {
          const [output] = outputs
          const image = await decodeImage(join(folder, 'out', output!.image))
          const foreground = await decodeMask(join(folder, 'out', output!.foreground!))
          const defect = output!.mask === null ? null : await decodeMask(join(folder, 'out', output!.mask))
          for (let i = 0; i < foreground.data.length; i++) {
            expect(foreground.data[i] === 1).toBe(inside(image.data[3 * i + 1]!))
            expect(defect?.data[i] === 1).toBe(inside(image.data[3 * i]!))
          }
          const { object } = all[Number(/\d+/.exec(source)![0])]!
          const isLarger = canvas !== null && (object.width > 8 || object.height > 8)
          expect(marks.includes('larger-than-canvas')).toBe(isLarger)
          if (!isLarger)
            expect(foreground.data.reduce((n, bit) => n + bit, 0)).toBe(object.width * object.height)
        }
      }),
      { numRuns: 8 },
    )
  })

  it('turns masks as their coordinates say', async () => {
    const leaning: Picture = {
      width: 24,
      height: 24,
      object: { x: 3, y: 9, width: 18, height: 5 },
      defect: { x: 5, y: 10, width: 4, height: 3 },
    }
    await writePictures(join(folder, 'in'), [leaning, { ...leaning, defect: null }])
    const { images } = await prepareDataset(requestFor({ rotateUpright: true }), quietTask)
    const { outputs, placement, box } = images[0]!
    expect(box!.height).toBeGreaterThan(box!.width)
    const truth = await decodeMask(join(folder, 'in/masks/0.png'))
    const mask = await decodeMask(join(folder, 'out', outputs[0]!.mask!))
    const whole = { source: truth, ...placement }
    for (let i = 0; i < mask.data.length; i++) {
      const at = toSource(whole, { x: (i % mask.width) + 0.5, y: Math.floor(i / mask.width) + 0.5 })
      const [x, y] = [Math.floor(at.x), Math.floor(at.y)]
      const isThere = x >= 0 && y >= 0 && x < 24 && y < 24
      expect(mask.data[i]).toBe(isThere ? truth.data[24 * y + x] : 0)
    }
  })

  const some: readonly Picture[] = [0, 1, 2, 3].map((i) => ({
    width: 16,
    height: 12,
    object: { x: 2 + i, y: 3, width: 6, height: 5 },
    defect: i % 2 === 0 ? null : { x: 3 + i, y: 4, width: 2, height: 2 },
    angle: 45 * i,
  }))

  it('blanks what is not the object, and nothing else', async () => {
    await writePictures(join(folder, 'in'), some)
    await prepareDataset(requestFor({ center: false, blank: [0, 0, 0] }), quietTask)
    const before = await decodeImage(join(folder, 'in/images/1.png'))
    const after = await decodeImage(join(folder, 'out/images/images/1.png'))
    for (let at = 0; at < after.data.length; at += 3) {
      const pixel = [...before.data.subarray(at, at + 3)]
      expect([...after.data.subarray(at, at + 3)]).toEqual(inside(pixel[1]!) ? pixel : [0, 0, 0])
    }
  })

  it('marks a defect that is cut off or lost, and not one whose outline is a pixel off', async () => {
    const kept = (width: number): Picture => ({
      width: 60,
      height: 60,
      object: { x: 10, y: 10, width: 30, height: 40 },
      defect: { x: 40 - width, y: 20, width: 20, height: 10 }, // `width` of its 20 columns are on the object
    })
    await writePictures(join(folder, 'in'), [20, 19, 18, 10, 9].map(kept))
    const { images } = await prepareDataset(requestFor(), quietTask)
    const about = images.map(({ marks, defectKept }) => [
      defectKept,
      marks.filter((mark) => mark.startsWith('defect')),
    ])
    expect(about).toEqual([
      [1, []],
      [0.95, []],
      [0.9, ['defect-cut']],
      [0.5, ['defect-cut']],
      [0.45, ['defect-lost']],
    ])
  })

  it('does only what is missing the second time, and the same', async () => {
    await writePictures(join(folder, 'in'), some)
    const first = await prepareDataset(requestFor(), quietTask)
    const times = (): Map<string, number> =>
      new Map(
        readdirSync(join(folder, 'out/images/images')).map((name) => [
          name,
          statSync(join(folder, 'out/images/images', name)).mtimeMs,
        ]),
      )
    const before = times()
    unlinkSync(join(folder, 'out/images/images/1.png'))
    writeFileSync(join(folder, 'out/images/images/2.png'), 'torn')
    unlinkSync(join(folder, 'out/objects/images/3.png'))
    expect(await prepareDataset(requestFor(), quietTask)).toEqual(first)
    const after = times()
    expect([...after.keys()].filter((name) => after.get(name) === before.get(name))).toEqual([
      '0.png',
      '3.png',
    ])
    const record = JSON.parse(readFileSync(join(folder, 'out/prepare.json'), 'utf8'))
    expect(preparationSchema.parse(record)).toEqual(first)
  })

  it('prepares an image again when its mask was mended', async () => {
    await writePictures(join(folder, 'in'), some)
    await prepareDataset(requestFor(), quietTask)
    const wider = { ...some[0]!, object: { x: 2, y: 3, width: 9, height: 5 } }
    await writePictures(join(folder, 'in'), [wider, ...some.slice(1)])
    const { canvas } = await prepareDataset(requestFor(), quietTask)
    expect(canvas).toMatchObject({
      width: 9,
      height: 5,
      widest: ['images/0.png', expect.anything(), expect.anything(), expect.anything()],
    })
  })

  it('gives the same files on one thread and on two', async () => {
    await writePictures(join(folder, 'in'), some)
    const one = await prepareDataset(requestFor(), quietTask)
    const two = await prepareDataset(requestFor({ out: join(folder, 'two'), threads: 2 }), quietTask)
    expect(two).toEqual(one)
  })

  it('refuses to go on with other options, and names them', async () => {
    await writePictures(join(folder, 'in'), some)
    await prepareDataset(requestFor(), quietTask)
    const other = prepareDataset(requestFor({ margin: 3 }), quietTask)
    await expect(other).rejects.toThrow(UsageError)
    await expect(other).rejects.toThrow('margin was 0, is 3')
  })

  it('says of a part of the dataset that it is an easier problem', async () => {
    await writePictures(join(folder, 'in'), some)
    const { restriction, images } = await prepareDataset(requestFor({ where: 'angle in 40..100' }), quietTask)
    expect(images.map(({ source }) => source)).toEqual(['images/1.png', 'images/2.png'])
    expect(restriction).toMatchObject({ where: 'angle in 40..100', kept: 2, of: 4 })
    expect(restriction!.words).toContain('must not be compared')
  })

  it('tiles without losing a pixel of the object, and labels tiles by what they show', async () => {
    await writePictures(join(folder, 'in'), some)
    const { images } = await prepareDataset(requestFor({ tile: { width: 8, height: 8 } }), quietTask)
    const { samples } = await openDataset(join(folder, 'out'), { task: quietTask })
    expect(samples).toHaveLength(images.reduce((n, { outputs }) => n + outputs.length, 0))
    for (const sample of samples) {
      const image = await decodeImage(sample.path)
      const red = image.data.filter((_, i) => i % 3 === 0)
      expect(sample.label).toBe(red.some(inside) ? 'anomalous' : 'nominal')
    }
  })
})
