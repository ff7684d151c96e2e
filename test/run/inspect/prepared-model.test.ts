/** A model that learnt from prepared images does to photographs what was done to those, or refuses; nothing is mixed up in silence. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../../../src/errors.ts'
import { decodeImage } from '../../../src/image/decode-image.ts'
import { encodePng } from '../../../src/image/encode-image.ts'
import type { Image } from '../../../src/image/image.ts'
import { openModel } from '../../../src/inspect/open-model.ts'
import { createRandom } from '../../../src/math/random.ts'
import { predictImages, prepareDataset, trainModel } from '../../../src/pipeline.ts'
import { quietTask } from '../../../src/task.ts'
import { write } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const folder = temporaryFolder()
const photographs = join(folder, 'photographs')
const prepared = join(folder, 'prepared')
const model = join(folder, 'model')
const count = 14
const photo = (i: number): string => join(photographs, 'good', `${String(i).padStart(2, '0')}.png`)
const image = (i: number): string => join(prepared, 'images', 'good', `${String(i).padStart(2, '0')}.png`)
const [width, height] = [160, 120]

/** A wedge, brighter than its noisy plate, that lies and points anywhere. */
function photograph(seed: number, hasSpot = false, isEmpty = false): Image {
  const plate = createRandom(1, 'plate')
  const random = createRandom(seed, 'photograph')
  const [x0, y0] = [55 + 50 * random.uniform(), 45 + 30 * random.uniform()]
  const angle = 2 * Math.PI * random.uniform()
  const data = new Uint8Array(3 * width * height)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const level = 60 + 0.1 * x + 6 * plate.normal() + 2 * random.normal()
      const along = (x - x0) * Math.cos(angle) + (y - y0) * Math.sin(angle)
      const across = Math.abs((y - y0) * Math.cos(angle) - (x - x0) * Math.sin(angle))
      const isObject = !isEmpty && Math.abs(along) < 32 && across < 9 + along / 6
      const isSpot = hasSpot && Math.abs(along - 15) < 4 && across < 4
      const [red, green, blue] = isSpot ? [20, 20, 20] : isObject ? [190, 150, 90] : [0, 4, 10]
      data[at] = Math.min(255, Math.max(0, isObject ? red + level / 8 : level + red))
      data[at + 1] = Math.min(255, Math.max(0, isObject ? green + level / 8 : level + green))
      data[at + 2] = Math.min(255, Math.max(0, isObject ? blue + level / 8 : level + blue))
    }
  }
  return { width, height, data }
}

const here = { threads: 1, cache: null } as const
const small = {
  ...here,
  backbone: 'filterbank',
  size: { width: 64, height: 64 },
  detectorOptions: { bankSize: 400 },
}

beforeAll(async () => {
  for (let i = 0; i < count; i++) write(photo(i), await encodePng(photograph(i)))
  await prepareDataset({
    ...{ dataset: photographs, out: prepared, center: true, blank: [0, 0, 0], rotateUpright: true },
    ...{ margin: 4, threads: 1 },
  })
  await trainModel({ ...small, dataset: prepared, out: model, threshold: 'sigma' })
}, 120_000)

describe('a model of prepared images', () => {
  it('gives a photograph the score and the map of its prepared image, bit for bit', async () => {
    const inspector = await openModel(model, here)
    for (let i = 0; i < count; i++) {
      const [raw, ready] = [await inspector.inspect(photo(i)), await inspector.inspect(image(i))]
      expect([raw.score, raw.verdict]).toEqual([ready.score, ready.verdict])
      expect(raw.map()).toEqual(ready.map())
      expect(raw.placement?.source).toEqual({ width, height })
      expect([ready.placement, raw.notes]).toEqual([null, []])
    }
    await inspector.close()
  })

  it('says where a spot is in the photograph', async () => {
    const inspector = await openModel(model, here)
    const spotted = photograph(3, true)
    const plain = photograph(3)
    const inspection = await inspector.inspect(spotted)
    const [first] = inspection.regions({ level: 0.9 * Math.max(...inspection.map().data) })
    const changed = [...spotted.data.keys()].filter((i) => spotted.data[i] !== plain.data[i])
    const xs = changed.map((i) => Math.floor(i / 3) % width)
    const ys = changed.map((i) => Math.floor(i / 3 / width))
    const [x, y, across, down] = first!.box
    const [middleX, middleY] = [x + across / 2, y + down / 2]
    expect(middleX).toBeGreaterThan(Math.min(...xs) - 8)
    expect(middleX).toBeLessThan(Math.max(...xs) + 8)
    expect(middleY).toBeGreaterThan(Math.min(...ys) - 8)
    expect(middleY).toBeLessThan(Math.max(...ys) + 8)
    await inspector.close()
  })

  it('says that it took prepared images as they are', async () => {
    const notes: string[] = []
    const { images, departures } = await predictImages(
      { ...here, model, images: [image(0), photo(1)] },
      { ...quietTask, note: (text) => void notes.push(text) },
    )
    expect(images.every(({ ok }) => ok)).toBe(true)
    expect(departures).toBeUndefined()
    expect(notes.filter((note) => note.includes('is prepared already'))).toHaveLength(1)
    const asPhotograph = await predictImages({ ...here, model, images: [image(0)], input: 'camera' })
    expect(asPhotograph.images[0]).toMatchObject({ ok: true })
  })

  it('says that no object was found', async () => {
    const path = join(folder, 'empty.png')
    writeFileSync(path, await encodePng(photograph(99, false, true)))
    const { images } = await predictImages({ ...here, model, images: [path] })
    expect(images).toMatchObject([{ ok: true, notes: ['no object found; kept whole'] }])
  })

  it('is refused where what it learnt of its photographs was altered', async () => {
    const path = join(model, 'scenes.json')
    const before = readFileSync(path)
    writeFileSync(path, `${before} `)
    await expect(openModel(model, here)).rejects.toThrow(`${path}: expected`)
    writeFileSync(path, before)
  })
})

describe('a model of the tiles of prepared images', () => {
  it('cuts a photograph likewise, and has the largest score of its tiles', async () => {
    const [own, out] = [join(folder, 'tiled'), join(folder, 'tiled-model')]
    await prepareDataset({
      ...{ dataset: photographs, out: own, center: true, blank: [0, 0, 0], margin: 4, threads: 1 },
      tile: { width: 40, height: 40 },
    })
    await trainModel({ ...small, dataset: own, out, threshold: 'sigma' })
    const inspector = await openModel(out, here)
    const tiles = readdirSync(join(own, 'images/good')).sort()
    for (const i of [0, 5]) {
      const name = `${String(i).padStart(2, '0')}_r`
      const scores: number[] = []
      for (const tile of tiles.filter((each) => each.startsWith(name))) {
        const inspection = await inspector.inspect(join(own, 'images/good', tile))
        expect(inspection.map()).toMatchObject({ width: 64, height: 64 })
        scores.push(inspection.score)
      }
      expect(scores.length).toBeGreaterThan(1)
      const raw = await inspector.inspect(photo(i))
      expect(raw.score).toBe(Math.max(...scores))
      expect(raw.map().width).toBeGreaterThan(64)
    }
    await inspector.close()
  }, 120_000)
})

describe('a model of images whose objects were found elsewhere', () => {
  it('takes prepared images, and says of a photograph what to bring', async () => {
    const [masks, own, out] = ['masks', 'by-masks', 'masks-model'].map((name) => join(folder, name))
    for (let i = 0; i < count; i++) {
      const { data } = photograph(i)
      const mask = Uint8Array.from({ length: width * height }, (_, at) => (data[3 * at]! > 120 ? 255 : 0))
      write(
        join(masks!, 'good', `${String(i).padStart(2, '0')}.png`),
        await encodePng({ width, height, data: mask }),
      )
    }
    const preparing = { segmenter: 'masks', masks: masks!, center: true, threads: 1 } as const
    await prepareDataset({ ...preparing, dataset: photographs, out: own! })
    await trainModel({ ...small, dataset: own!, out: out!, threshold: 'sigma' })
    const ready = join(own!, 'images/good/00.png')
    const { images } = await predictImages({ ...here, model: out!, images: [ready, photo(0)] })
    expect(images[0]).toMatchObject({ ok: true })
    expect(images[1]).toMatchObject({ ok: false })
    expect(JSON.stringify(images[1])).toContain('masks made elsewhere: bring masks for these photographs too')
    await expect(openModel(out!, { ...here, input: 'camera' })).rejects.toThrow(UsageError)
  })
})

describe('a model that knows of no preparation', () => {
  it('warns of photographs where it learnt from prepared images, and the other way round', async () => {
    rmSync(join(prepared, 'prepare.json'))
    const blind = join(folder, 'blind')
    const plain = join(folder, 'plain')
    await trainModel({ ...small, dataset: prepared, out: blind, threshold: 'sigma' })
    await trainModel({ ...small, dataset: photographs, out: plain, threshold: 'sigma' })
    const names = async (path: string, images: string[]): Promise<string[]> => {
      const { departures = [] } = await predictImages({ ...here, model: path, images })
      return departures.map(({ measure }) => measure)
    }
    const some = [0, 1, 2, 3]
    expect(await names(blind, some.map(photo))).toEqual(expect.arrayContaining(['width', 'height', 'black']))
    expect(await names(plain, some.map(image))).toEqual(expect.arrayContaining(['width', 'height', 'black']))
    expect(await names(plain, some.map(photo))).toEqual([])
    expect(await names(blind, some.map(image))).toEqual([])
    expect((await decodeImage(image(0))).width).not.toBe(width)
  })
})
