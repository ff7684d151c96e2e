/** `prepare` from the command line, on what people really have on disk: nothing is lost, every fault is named. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeImage } from '../../src/image/decode-image.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import type { Image } from '../../src/image/image.ts'
import { createRandom } from '../../src/math/random.ts'
import { preparationSchema } from '../../src/wire/preparation.ts'
import { makeFolder, plumbline, write } from './striped-dataset.ts'

const home = makeFolder()
let count = 0
const out = (): string => join(home, `out-${count}`)
const prepare = (dataset: string, ...more: string[]) => {
  count++
  return plumbline(home, ['prepare', dataset, '--out', out(), '--threads', '1', ...more])
}
const record = () => preparationSchema.parse(JSON.parse(readFileSync(join(out(), 'prepare.json'), 'utf8')))

interface Disc {
  readonly width: number
  readonly height: number
  readonly radius: number
  readonly x: number
  readonly y: number
}

/** A reddish disc with a grain before an even grey. */
function disc(seed: number, { width, height, radius, x, y }: Disc): Image {
  const random = createRandom(seed, 'disc')
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) {
    const isInside = isInDisc(i % width, Math.floor(i / width), { x, y, radius })
    const grain = (isInside ? 8 : 1.5) * random.normal()
    for (const [c, level] of (isInside ? [190, 90, 70] : [110, 112, 115]).entries())
      data[3 * i + c] = Math.round(level + grain)
  }
  return { width, height, data }
}

const isInDisc = (px: number, py: number, { x, y, radius }: Pick<Disc, 'x' | 'y' | 'radius'>): boolean =>
  (px + 0.5 - x) ** 2 + (py + 0.5 - y) ** 2 < radius ** 2

const place = (i: number): Disc => ({
  width: 64,
  height: 56,
  radius: 12,
  x: 24 + ((7 * i) % 17),
  y: 22 + ((5 * i) % 13),
})

async function discs(n: number, of = place): Promise<string> {
  const folder = makeFolder()
  for (let i = 0; i < n; i++) write(join(folder, `good/${i}.png`), await encodePng(disc(i, of(i))))
  return folder
}

describe('plumbline prepare', () => {
  it('finds objects that nobody described, and puts them on one canvas', async () => {
    const { code, out: text } = await prepare(await discs(8), '--center', '--blank', 'white')
    expect(code).toBe(0)
    expect(text).toContain('8 images of 8 prepared on a canvas of')
    const { canvas, images } = record()
    expect(canvas!.width).toBeGreaterThan(21)
    expect(canvas!.width).toBeLessThan(29)
    for (const [i, { placement, outputs }] of images.entries()) {
      const [, , left, , , top] = placement.toSource
      const source = place(Number(/\d+/.exec(images[i]!.source)![0]))
      expect(left + canvas!.width / 2).toBeCloseTo(source.x, -0.5)
      expect(top + canvas!.height / 2).toBeCloseTo(source.y, -0.5)
      const image = await decodeImage(join(out(), outputs[0]!.image))
      expect([...image.data.subarray(0, 3)]).toEqual([255, 255, 255])
    }
    expect(readFileSync(join(out(), 'review.html'), 'utf8')).toContain('8 images prepared')
  })

  it('has a canvas that holds photographs of all sizes', async () => {
    const dataset = await discs(3, (i) => ({
      ...place(i),
      width: 60 + i,
      height: 50 + 2 * i,
      radius: 10 + i / 2,
    }))
    const { code } = await prepare(dataset, '--center')
    expect(code).toBe(0)
    const { images, canvas } = record()
    expect(images).toHaveLength(3)
    expect(new Set(images.map(({ placement: { size } }) => `${size.width}x${size.height}`))).toEqual(
      new Set([`${canvas!.width}x${canvas!.height}`]),
    )
  })

  it('says so where there is no object anywhere', async () => {
    const dataset = await discs(2, (i) => ({ ...place(i), radius: 0 }))
    const { code, err } = await prepare(dataset)
    expect(code).toBe(3)
    expect(err).toContain('no object was found in it, nor in any other of 2 images')
  })

  it('reads deep, printed, turned, moving and transparent pictures, and lists broken ones', async () => {
    const folder = await discs(8)
    const { data, width, height } = disc(50, place(3))
    const raw = () => sharp(data, { raw: { width, height, channels: 3 } })
    write(join(folder, 'good/deep.png'), await raw().toColourspace('rgb16').png().toBuffer())
    write(join(folder, 'good/print.jpg'), await raw().toColourspace('cmyk').jpeg().toBuffer())
    write(join(folder, 'good/turned.jpg'), await raw().withMetadata({ orientation: 6 }).jpeg().toBuffer())
    const frames = Buffer.concat([data, data])
    const moving = sharp(frames, { raw: { width, height: 2 * height, channels: 3, pageHeight: height } })
    write(join(folder, 'good/moving.webp'), await moving.webp({ lossless: true, loop: 0 }).toBuffer())
    write(join(folder, 'good/clear.png'), await raw().ensureAlpha().png().toBuffer())
    write(join(folder, 'good/broken.png'), (await encodePng(disc(1, place(1)))).subarray(0, 300))
    write(join(folder, 'good/empty.png'), '')
    const { code } = await prepare(folder, '--center', '--blank', 'black')
    expect(code).toBe(0)
    const { images, failures, summary } = record()
    expect(
      images
        .map(({ source }) => source)
        .filter((name) => !/\d/.test(name))
        .sort(),
    ).toEqual(
      ['clear.png', 'deep.png', 'moving.webp', 'print.jpg', 'turned.jpg'].map((name) => `good/${name}`),
    )
    const turned = images.find(({ source }) => source === 'good/turned.jpg')!
    expect([turned.input.width, turned.input.height]).toEqual([height, width])
    expect(failures.map(({ path }) => path.slice(folder.length + 1)).sort()).toEqual([
      'good/broken.png',
      'good/empty.png',
    ])
    expect(summary).toMatchObject({ images: 15, prepared: 13, failed: 2 })
    expect(
      (
        await plumbline(home, [
          'prepare',
          folder,
          '--out',
          out(),
          '--threads',
          '1',
          '--center',
          '--blank',
          'black',
          '--fail-on',
          'error',
        ])
      ).code,
    ).toBe(6)
  })

  it('marks objects that a canvas is too small for', async () => {
    const { code, out: text } = await prepare(
      await discs(2),
      '--center',
      '--canvas',
      '12',
      '--fail-on',
      'error',
    )
    expect(code).toBe(6)
    expect(text).toContain('2   error   object larger than the canvas')
    expect(record().images.every(({ marks }) => marks.includes('larger-than-canvas'))).toBe(true)
  })

  it('names masks that are missing, are for no image, or do not fit', async () => {
    const dataset = await discs(3)
    const folder = makeFolder()
    const grey = (width: number, height: number) =>
      encodePng({ width, height, data: new Uint8Array(width * height).fill(255) })
    write(join(folder, '0.png'), await grey(64, 56))
    write(join(folder, '1.png'), await grey(10, 10))
    write(join(folder, 'nobody.png'), await grey(64, 56))
    const { code, err } = await prepare(dataset, '--segmenter', 'masks', '--masks', folder)
    expect(code).toBe(0)
    expect(err).toContain('good/2.png: has no mask')
    expect(err).toContain('nobody.png: is for no image')
    const { images, segmenter } = record()
    expect(images.map(({ marks }) => marks.includes('nothing-found'))).toEqual([false, true, true])
    expect(images[1]!.notes.join()).toContain('its mask is 10x10, its image is 64x56')
    expect(segmenter.detail).toMatchObject({ masks: 2, missing: ['good/2.png'], extra: ['nobody.png'] })
  })

  it.each([
    [['--segmenter', 'masks'], 'needs --masks'],
    [['--masks', 'somewhere'], '--masks has no effect with --segmenter embedded'],
    [['--prompt', 'a disc'], '--prompt has no effect with --segmenter embedded'],
    [['--nms', '0.5', '--segmenter', 'none'], '--nms has no effect with --segmenter none'],
    [['--segmenter', 'grounded-sam', '--models', 'somewhere'], 'needs --prompt'],
    [['--segmenter', 'grounded-sam', '--prompt', 'a disc'], 'needs --models'],
    [['--segmenter', 'grounded-sam', '--models', 'somewhere', '--prompt', ' . '], '--prompt: expected words'],
    [['--segmenter', 'none', '--center'], '--center: needs to know where the object is'],
    [['--canvas', '64'], '--canvas has no effect without --center'],
    [['--blank', 'mauve'], 'expected black, white, grey or #rrggbb, got "mauve"'],
  ])('%j is wrong usage', async (argv, message) => {
    const { code, err } = await prepare(await discs(1), ...argv)
    expect(code).toBe(2)
    expect(err).toContain(message)
  })

  it('names the file of a model that is missing, and what to do', async () => {
    const argv = ['--segmenter', 'grounded-sam', '--prompt', 'a disc', '--models', join(home, 'models')]
    const { code, err } = await prepare(await discs(1), ...argv)
    expect(code).toBe(4)
    expect(err).toContain('grounding-dino-tiny-ONNX/config.json: is missing')
    expect(err).toContain('or let --allow-download fetch what is missing')
  })

  it('writes into no folder that holds something else', async () => {
    const dataset = await discs(4)
    const { code, err } = await plumbline(home, ['prepare', dataset, '--out', dataset])
    expect(code).toBe(2)
    expect(err).toContain('holds files that Plumbline did not write')
  })

  it('names the file that cannot be written', async () => {
    const dataset = await discs(2)
    const other = makeFolder()
    writeFileSync(join(other, '.plumbline'), 'preparation\n')
    writeFileSync(join(other, 'objects'), 'in the way') // as a full disk does, it stops the first mask
    const { code, err } = await plumbline(home, ['prepare', dataset, '--out', other, '--threads', '1'])
    expect(code).toBe(3)
    expect(err).toContain('cannot be written')
  })

  it('stops when told to, and goes on', async () => {
    const dataset = await discs(3)
    count++
    const argv = ['prepare', dataset, '--out', out(), '--threads', '1', '--center']
    const { code } = await plumbline(home, argv, {}, ({ controller }) =>
      setTimeout(() => controller.abort(), 5),
    )
    expect(code).toBe(130)
    expect(existsSync(join(out(), 'prepare.json'))).toBe(false)
    expect((await plumbline(home, argv)).code).toBe(0)
    expect(record().images).toHaveLength(3)
  })
})
