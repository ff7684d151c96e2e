/** Tiles and a region of interest, in training, evaluation and prediction. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { InputError } from '../../../src/errors.ts'
import { encodePng } from '../../../src/image/encode-image.ts'
import type { Image } from '../../../src/image/image.ts'
import { openModel } from '../../../src/inspect/open-model.ts'
import { createRandom } from '../../../src/math/random.ts'
import { evaluateDataset, trainModel } from '../../../src/pipeline.ts'
import type { ModelCard } from '../../../src/wire/model.ts'
import { plumbline, write } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { meanGrey } from '../../inspect/fake-detector.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
const roi = join(folder, 'roi.png')
const [width, height] = [96, 64]
const here = { threads: 1, cache: null } as const
const small = {
  ...{ ...here, dataset: data, backbone: 'filterbank', size: { width: 32, height: 32 } },
  detectorOptions: { bankSize: 300 },
} as const
/** Left two thirds count. */
const counts = (x: number): boolean => x < 64

function picture(seed: number, spot: readonly [x: number, y: number] | null): Image {
  const random = createRandom(seed, 'view')
  const pixels = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)]
    const isSpot = spot !== null && Math.abs(x - spot[0]) < 3 && Math.abs(y - spot[1]) < 3
    pixels.fill(isSpot ? 235 : 90 + 20 * Math.sin(x / 3) + 8 * random.normal(), 3 * i, 3 * i + 3)
  }
  return { width, height, data: pixels }
}
const spotOf = (i: number): readonly [number, number] => [8 + ((i * 7) % 48), 8 + ((i * 11) % 48)]

beforeAll(async () => {
  for (let i = 0; i < 44; i++)
    write(join(data, 'good', `g${String(i).padStart(2, '0')}.png`), await encodePng(picture(i, null)))
  for (let i = 0; i < 22; i++) {
    const name = `s${String(i).padStart(2, '0')}.png`
    const [x, y] = spotOf(i)
    write(join(data, 'spot', name), await encodePng(picture(100 + i, [x, y])))
    const mask = Uint8Array.from({ length: width * height }, (_, at) =>
      Math.abs((at % width) - x) < 3 && Math.abs(Math.floor(at / width) - y) < 3 ? 255 : 0,
    )
    write(join(data, 'masks', 'spot', name), await encodePng({ width, height, data: mask }))
  }
  const seen = Uint8Array.from({ length: width * height }, (_, at) => (counts(at % width) ? 255 : 0))
  write(roi, await encodePng({ width, height, data: seen }))
}, 60_000)

const loud = (image: Image, isLoud: (x: number) => boolean): Image => {
  const random = createRandom(4, 'loud')
  return {
    ...image,
    data: image.data.map((value, i) => (isLoud(Math.floor(i / 3) % width) ? 255 * random.uniform() : value)),
  }
}

describe('a region of interest', () => {
  const out = join(folder, 'roi-model')
  let card: ModelCard
  beforeAll(async () => {
    card = await trainModel({ ...small, roi, out, threshold: 'conformal', alpha: 0.2 })
  }, 60_000)

  it('is in the card and in the folder', () => {
    expect(card.input.roi).toMatchObject({ path: roi, width, height, share: 2 / 3 })
    expect(Object.keys(card.extras)).toEqual(['roi.png'])
  })

  it('lets nothing outside of it move a bit of the score', async () => {
    const inspector = await openModel(out, here)
    const image = picture(500, null)
    const [quiet, wild] = [
      await inspector.inspect(image),
      await inspector.inspect(loud(image, (x) => !counts(x))),
    ]
    expect(wild.score).toBe(quiet.score)
    expect(wild.map()).toEqual(quiet.map())
    const inside = await inspector.inspect(loud(image, counts))
    expect(inside.score).toBeGreaterThan(quiet.score)
    const { map, frame } = { map: inside.map(), frame: inside.frame }
    const { x, width: across } = frame.content
    for (let i = 0; i < map.data.length; i++) {
      if ((i % map.width) - x >= across * (2 / 3)) expect(map.data[i]).toBe(0)
    }
    for (const { box } of inside.regions()) expect(box[0]).toBeLessThan(64)
    await inspector.close()
  })

  it('is refused for images of another size, in training and in prediction', async () => {
    const other = join(folder, 'other.png')
    write(other, await encodePng({ width: 8, height: 8, data: new Uint8Array(64).fill(255) }))
    const training = trainModel({ ...small, roi: other, out: join(folder, 'none') })
    await expect(training).rejects.toThrow(InputError)
    await expect(training).rejects.toThrow(`${other}: is 8x8, and 66 of 66 images have another size`)
    const inspector = await openModel(out, here)
    await expect(inspector.inspect({ width: 8, height: 8, data: new Uint8Array(192) })).rejects.toThrow(
      'is 8x8, and the region of interest is of pictures of 96x64',
    )
    await inspector.close()
  })

  it('is refused with nothing in it, where it is missing, and where it was exchanged', async () => {
    const empty = join(folder, 'empty.png')
    write(empty, await encodePng({ width, height, data: new Uint8Array(width * height) }))
    const argv = ['train', data, '--out', join(folder, 'none'), '--backbone', 'filterbank', '--threads', '1']
    const refused = await plumbline(folder, [...argv, '--roi', empty])
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining(`${empty}: has nothing in it`)])
    const missing = await plumbline(folder, [...argv, '--roi', join(folder, 'nowhere.png')])
    expect([missing.code, missing.err]).toEqual([3, expect.stringContaining('no such file')])
    const copy = join(folder, 'copy')
    cpSync(out, copy, { recursive: true })
    writeFileSync(join(copy, 'roi.png'), readFileSync(empty))
    await expect(openModel(copy, here)).rejects.toThrow(join(copy, 'roi.png'))
  })
})

describe('tiles', () => {
  const run = join(folder, 'run')
  const tiles = { width: 32, height: 32 }
  it('give one score and one map an image, and an evaluation knows them by images', async () => {
    const evaluation = await evaluateDataset({ ...small, tiles, out: run, folds: 2, keepModels: true })
    expect(evaluation.input.tiles).toEqual({ ...tiles, map: { width: 96, height: 64 } })
    expect(evaluation.dataset.images).toEqual({ nominal: 44, anomalous: 22 })
    const rows = readFileSync(join(run, 'scores.csv'), 'utf8').trim().split('\n')
    expect(new Set(rows.slice(1).map((row) => row.split(',')[0])).size).toBeLessThanOrEqual(66)
    expect(evaluation.metrics.pixel?.auroc.mean).toBeGreaterThan(0.9)

    const fold = join(run, 'models/fold-0')
    const whole = await openModel(fold, here)
    const image = picture(700, [70, 20])
    const inspection = await whole.inspect(image)
    expect(inspection.map()).toMatchObject({ width: 96, height: 64 })
    expect(inspection.frame.source).toEqual({ width, height })
    const [region] = inspection.regions({ level: 0.95 * Math.max(...inspection.map().data) })
    const [x, y, across, down] = region!.box
    expect(Math.abs(x + across / 2 - 70)).toBeLessThan(12)
    expect(Math.abs(y + down / 2 - 20)).toBeLessThan(12)
    const path = join(folder, 'image.png')
    write(path, await encodePng(image))
    expect((await whole.inspect(path)).score).toBe(inspection.score)
    const bytes = readFileSync(path)
    expect((await whole.inspect(bytes)).score).toBe(inspection.score)
    await expect(whole.inspect({ width: 20, height: 64, data: new Uint8Array(3840) })).rejects.toThrow(
      'smaller than the tiles of 32x32',
    )
    await whole.close()
  }, 120_000)

  it('have the largest score of the tiles, each looked at as an image of its own', async () => {
    const out = join(folder, 'mean')
    await trainModel({
      ...small,
      detectorOptions: {},
      detector: meanGrey,
      tiles,
      out,
      threshold: 'conformal',
      alpha: 0.2,
    })
    const inspector = await openModel(out, { ...here, methods: [meanGrey] })
    const bright = picture(9, null)
    for (let i = 0; i < bright.data.length; i++) if (Math.floor(i / 3) % width >= 64) bright.data[i] = 200
    expect((await inspector.inspect(bright)).score).toBe(200)
    expect(Math.max(...(await inspector.inspect(bright)).map().data)).toBe(200)
    await inspector.close()
  })

  it('larger than the images are a mistake that is told', async () => {
    const argv = ['train', data, '--out', join(folder, 'none'), '--backbone', 'filterbank', '--threads', '1']
    const { code, err } = await plumbline(folder, [...argv, '--tiles', '128x128'])
    expect(code).toBe(2)
    expect(err).toContain('--tiles 128x128: larger than')
  })

  it('and a region of interest go together: tiles outside are not looked at', async () => {
    const out = join(folder, 'both')
    await trainModel({ ...small, tiles, roi, out, threshold: 'conformal', alpha: 0.2 })
    const inspector = await openModel(out, here)
    const image = picture(800, null)
    const [quiet, wild] = [
      await inspector.inspect(image),
      await inspector.inspect(loud(image, (x) => !counts(x))),
    ]
    expect([wild.score, wild.map()]).toEqual([quiet.score, quiet.map()])
    await inspector.close()
  })
})
