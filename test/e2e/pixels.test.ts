/** Files as cameras write them, through every command: 12 bits in files of 16, and several pages in one. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeImage } from '../../src/image/decode-image.ts'
import { stripes } from '../../src/testing/striped-image.ts'
import { evaluationSchema } from '../../src/wire/evaluation.ts'
import { predictionSchema } from '../../src/wire/prediction.ts'
import { preparationSchema } from '../../src/wire/preparation.ts'
import { encodeTiff } from '../image/encode-tiff.ts'
import { makeFolder, plumbline, quick, write } from './striped-dataset.ts'

const home = makeFolder()

/** One band of a striped picture, 0..255, as 12 bits. */
const grey12 = (seed: number, isDefective: boolean): Uint16Array => {
  const { width, height, data } = stripes(seed, isDefective)
  return Uint16Array.from({ length: width * height }, (_, i) => 16 * data[3 * i]!)
}
const tiff = (...pages: readonly Uint16Array[]): Buffer => encodeTiff({ width: 64, height: 64, pages })
const png16 = (data: Uint16Array): Promise<Buffer> =>
  sharp(data, { raw: { width: 64, height: 64, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer()

describe('12 bits in files of 16, every page an image', () => {
  const dataset = makeFolder()
  const run = join(home, 'run')
  const model = join(run, 'models/fold-0')

  beforeAll(async () => {
    for (let i = 0; i < 40; i++)
      write(join(dataset, `good/${i}.tif`), tiff(grey12(i, false), grey12(500 + i, false)))
    for (let i = 0; i < 20; i++)
      write(join(dataset, `spot/${i}.tif`), tiff(grey12(1000 + i, true), grey12(2000 + i, true)))
    const told = [...quick, '--folds', '2', '--page', 'all', '--keep-models']
    const { code, err } = await plumbline(home, ['evaluate', dataset, '--out', run, ...told])
    expect(`${code} ${code === 0 ? '' : err}`).toBe('0 ')
  }, 300_000)

  it('evaluate judges every page, those of a file as one part, and records how they were read', () => {
    const evaluation = evaluationSchema.parse(JSON.parse(readFileSync(join(run, 'evaluation.json'), 'utf8')))
    expect(evaluation.dataset.pixels).toEqual({ range: { low: 0, high: 4095 }, page: 'all' })
    expect(evaluation.dataset.understood).toMatchObject({ images: { nominal: 80, anomalous: 40 }, parts: 60 })
  })

  it('predict judges every page of a new file, and says when its values are beyond those of training', async () => {
    const fine = write(join(home, 'new/fine.tif'), tiff(grey12(3000, false), grey12(3001, true)))
    const gain = grey12(3002, false).map((value) => Math.min(65535, 4 * value))
    const bright = write(join(home, 'new/bright.tif'), tiff(gain, gain))
    const { code, out, err } = await plumbline(home, ['predict', model, fine, bright, '--json'])
    expect(code).toBe(0)
    const { images } = predictionSchema.parse(JSON.parse(out))
    expect(images.map(({ path }) => path)).toEqual([fine, fine, bright, bright])
    const beyond = images.map((image) => (image.ok ? (image.beyondRange ?? 0) : null))
    const share = gain.filter((value) => value > 4095).length / gain.length
    expect(beyond).toEqual([0, 0, share, share])
    expect(err).toMatch(/2 of 4 images hold values above 4095, .*bright\.tif/)
  })
})

describe('prepare', () => {
  it('takes a range that was stated, and records it', async () => {
    const dataset = makeFolder()
    const source = grey12(1, false)
    for (let i = 0; i < 3; i++) write(join(dataset, `good/${i}.png`), await png16(source))
    const out = join(home, 'prepared')
    const told = ['--segmenter', 'none', '--threads', '1', '--range', '0..2040']
    const { code, err } = await plumbline(home, ['prepare', dataset, '--out', out, ...told])
    expect(`${code} ${code === 0 ? '' : err}`).toBe('0 ')
    const recorded = preparationSchema.parse(JSON.parse(readFileSync(join(out, 'prepare.json'), 'utf8')))
    expect(recorded.pixels).toEqual({ range: { low: 0, high: 2040 }, page: 1 })
    const { data } = await decodeImage(join(out, 'images/good/0.png'))
    expect(data.filter((_, i) => i % 3 === 0)).toEqual(
      Uint8Array.from(source, (value) => Math.min(255, Math.round(value / 8))),
    )
    const again = await plumbline(home, ['prepare', dataset, '--out', out, '--segmenter', 'none'])
    expect(again.code).toBe(2)
    expect(again.err).toMatch(/pixels was .*2040/)
  })

  it('takes the page that was named, and every page where all are wanted', async () => {
    const dataset = makeFolder()
    for (let i = 0; i < 2; i++)
      write(join(dataset, `good/${i}.tif`), tiff(grey12(i, false), grey12(500 + i, false)))
    const prepare = async (page: string) => {
      const out = join(home, `page-${page}`)
      const told = ['--segmenter', 'none', '--threads', '1', '--page', page]
      const { code, err } = await plumbline(home, ['prepare', dataset, '--out', out, ...told])
      expect(`${code} ${code === 0 ? '' : err}`).toBe('0 ')
      const made = preparationSchema.parse(JSON.parse(readFileSync(join(out, 'prepare.json'), 'utf8')))
      const images = made.images.map(({ outputs }) => decodeImage(join(out, outputs[0]!.image)))
      return { images: await Promise.all(images), review: readFileSync(join(out, 'review.html'), 'utf8') }
    }
    const [second, all] = [await prepare('2'), await prepare('all')]
    expect(second.images).toHaveLength(2)
    expect(all.images).toHaveLength(4)
    expect(all.images[1]!.data).toEqual(second.images[0]!.data)
    expect(all.images[0]!.data).not.toEqual(second.images[0]!.data)
  })
})
