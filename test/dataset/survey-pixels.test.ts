/** One way to read all images of a dataset, found in a first look. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, it } from 'vitest'
import { datasetFingerprint } from '../../src/dataset/fingerprint.ts'
import type { Sample } from '../../src/dataset/sample.ts'
import { surveyPixels } from '../../src/dataset/survey-pixels.ts'
import { sha256File } from '../../src/files/hash.ts'
import { quietTask } from '../../src/task.ts'
import { encodeTiff } from '../image/encode-tiff.ts'

const folder = mkdtempSync(join(tmpdir(), 'survey-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0

/** Samples of files that are written for them. */
async function samplesOf(files: Record<string, Uint8Array>): Promise<Sample[]> {
  const root = join(folder, String(count++))
  mkdirSync(root)
  return Object.entries(files).map(([id, bytes]) => {
    writeFileSync(join(root, id), bytes)
    return {
      id,
      path: join(root, id),
      label: 'nominal',
      part: null,
      defect: null,
      mask: null,
      foreground: null,
      split: null,
      attributes: {},
    }
  })
}
const png16 = (...values: number[]): Promise<Buffer> =>
  sharp(Uint16Array.from(values), { raw: { width: values.length, height: 1, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer()
const nothing = { range: null, page: null }

it('leaves plain files as they are', async () => {
  const png = await sharp(Uint8Array.of(1, 2, 3, 4), { raw: { width: 2, height: 2, channels: 1 } })
    .png()
    .toBuffer()
  const samples = await samplesOf({ 'a.png': png, 'b.png': Buffer.from('rubbish') })
  const survey = await surveyPixels(samples, nothing, quietTask)
  expect(survey).toEqual({ samples, pixels: null, leftOut: [], notes: [] })
})

it('takes the depth from the largest value of the whole dataset, for every image alike', async () => {
  const samples = await samplesOf({ 'a.png': await png16(3, 200), 'b.png': await png16(3, 2000) })
  const { pixels, samples: read, notes } = await surveyPixels(samples, nothing, quietTask)
  expect(pixels).toEqual({ range: { low: 0, high: 4095 }, page: 1 })
  expect(read.map(({ reading }) => reading)).toEqual(Array(2).fill({ range: { low: 0, high: 4095 } }))
  expect(notes).toEqual([expect.stringContaining('2000: 12 bits in files of 16')])
})

it('leaves files that use all 16 bits as they are', async () => {
  const samples = await samplesOf({ 'a.png': await png16(3, 200), 'b.png': await png16(3, 40_000) })
  expect(await surveyPixels(samples, nothing, quietTask)).toMatchObject({ samples, pixels: null })
})

it('takes a range that was stated before any that it finds, and for floating-point files too', async () => {
  const range = { low: 100, high: 900 }
  const samples = await samplesOf({
    'a.png': await png16(3, 200),
    'f.tif': encodeTiff({ width: 1, height: 1, pages: [Float32Array.of(0.5)] }),
  })
  const { pixels, samples: read } = await surveyPixels(samples, { range, page: null }, quietTask)
  expect(pixels).toEqual({ range, page: 1 })
  expect(read.every(({ reading }) => reading?.range === range)).toBe(true)
})

it('reports further pages, reads another, or makes images of all', async () => {
  const page = (value: number) => new Uint8Array(4).fill(value)
  const tiff = (...values: number[]) => encodeTiff({ width: 2, height: 2, pages: values.map(page) })
  const samples = await samplesOf({ 'a.tif': tiff(1, 2), 'b.tif': tiff(3) })
  const first = await surveyPixels(samples, nothing, quietTask)
  expect(first.samples).toEqual(samples)
  expect(first.leftOut).toMatchObject([{ severity: 'warning', count: 1, share: 0.5, examples: ['a.tif'] }])
  expect(first.leftOut[0]!.reason).toContain('--page')
  const second = await surveyPixels(samples, { range: null, page: 2 }, quietTask)
  expect(second.samples.map(({ reading }) => reading)).toEqual([{ page: 2 }, { page: 2 }])
  expect(second.pixels).toEqual({ range: null, page: 2 })
  const all = await surveyPixels(samples, { range: null, page: 'all' }, quietTask)
  expect(all.samples.map(({ id, part, reading }) => [id, part, reading?.page])).toEqual([
    ['a@1.tif', 'a.tif', undefined],
    ['a@2.tif', 'a.tif', 2],
    ['b.tif', null, undefined],
  ])
  const prints = await Promise.all([first, second].map((one) => datasetFingerprint(one.samples, sha256File)))
  expect(prints[0]).not.toBe(prints[1])
})

it('reports bands that are not read', async () => {
  const samples = await samplesOf({
    'a.tif': encodeTiff({ width: 2, height: 2, pages: [new Uint8Array(8)] }),
  })
  expect((await surveyPixels(samples, nothing, quietTask)).leftOut).toMatchObject([
    { reason: expect.stringContaining('bands'), share: 1 },
  ])
})
