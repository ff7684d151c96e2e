/** What the masks of a dataset agree on: which side is outside, and which way they lie on photographs that EXIF turns. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { readMask } from '../../src/dataset/read-mask.ts'
import type { Dataset } from '../../src/dataset/sample.ts'
import { decodeImage } from '../../src/image/decode-image.ts'
import { makeTree } from './temporary-tree.ts'

interface Drawing {
  readonly width?: number
  readonly height?: number
  readonly orientation?: number
  readonly paint?: readonly [outside: number, inside: number]
  /** Whether the mask hides the whole picture but for a hole. */
  readonly isLarge?: boolean
}

/** A photograph with a dark spot at the upper left as stored, and its mask as stored. */
async function drawPair(root: string, name: string, i: number, drawing: Drawing): Promise<void> {
  const { width = 48, height = 48, orientation, paint = [0, 255], isLarge = false } = drawing
  const spot = (k: number): boolean => Math.hypot((k % width) - 12 - (i % 3), Math.floor(k / width) - 14) < 6
  const grain = (k: number): number => ((k * 2654435761 + i * 97) >>> 24) % 12
  const photo = Uint8Array.from({ length: width * height }, (_, k) => (spot(k) ? 40 : 150) + grain(k))
  const mask = photo.map((_, k) => (isLarge !== spot(k) ? paint[1] : paint[0]))
  const save = (data: Uint8Array) => sharp(data, { raw: { width, height, channels: 1 } }).toColourspace('b-w')
  const jpeg = save(photo).jpeg({ quality: 95 })
  await (orientation === undefined ? jpeg : jpeg.withMetadata({ orientation })).toFile(
    join(root, 'dent', `${name}.jpg`),
  )
  await save(mask)
    .png()
    .toFile(join(root, 'masks/dent', `${name}.png`))
}

async function datasetOf(drawings: readonly Drawing[]): Promise<Dataset> {
  const root = makeTree({ 'good/': '', 'masks/dent/': '' })
  mkdirSync(join(root, 'dent'))
  await sharp({ create: { width: 48, height: 48, channels: 3, background: '#888' } })
    .png()
    .toFile(join(root, 'good/0.png'))
  for (const [i, drawing] of drawings.entries()) await drawPair(root, String(i), i, drawing)
  return openDataset(root)
}

/** Share of the pixels inside that are dark in the upright photograph: 1 where the mask lies right. */
async function hits({ samples }: Dataset): Promise<number[]> {
  const shares: number[] = []
  for (const { path, mask } of samples) {
    if (mask === null) continue
    const image = await decodeImage(path)
    const { data } = await readMask(mask, image)
    const within = [...data.keys()].filter((k) => data[k] === 1)
    shares.push(within.filter((k) => image.data[3 * k]! < 95).length / within.length)
  }
  return shares
}
const times = (count: number, drawing: Drawing): Drawing[] => Array.from({ length: count }, () => drawing)

it('takes the light side for the background where all masks agree, and says so', async () => {
  const dataset = await datasetOf(times(4, { paint: [255, 0] }))
  expect(Math.min(...(await hits(dataset)))).toBeGreaterThan(0.95)
  expect(dataset.notes.join()).toContain('the light side is the background and the dark one the defect')
})

it('reports a mask that covers most of its picture, and does not turn it round', async () => {
  const dataset = await datasetOf([...times(4, {}), { isLarge: true }])
  expect(dataset.issues.filter(({ kind }) => kind === 'doubtful-mask')).toMatchObject([
    { severity: 'warning', message: expect.stringContaining('% of the picture') },
  ])
  expect(dataset.samples.every(({ mask }) => mask?.kind !== 'file' || mask.isInverted === undefined)).toBe(
    true,
  )
})

it.each([2, 3, 4, 5, 6, 7, 8])(
  'turns masks drawn on the stored picture: EXIF %i, by the edges',
  async (orientation) => {
    const dataset = await datasetOf(times(5, { orientation }))
    expect(Math.min(...(await hits(dataset)))).toBeGreaterThan(0.95)
    expect(dataset.notes.join()).toContain('drawn on them as stored, by the edges of both')
  },
)

it('turns them by their size where only one way fits', async () => {
  const dataset = await datasetOf(times(2, { orientation: 6, width: 48, height: 36 }))
  expect(Math.min(...(await hits(dataset)))).toBeGreaterThan(0.95)
  expect(dataset.notes.join()).toContain('as stored, by their size')
})

it('leaves photographs without EXIF orientation alone', async () => {
  const { samples, notes } = await datasetOf(times(3, { orientation: 1 }))
  expect(samples.filter(({ mask }) => mask !== null).map(({ mask }) => Object.keys(mask!))).toEqual(
    Array(3).fill(['kind', 'path']),
  )
  expect(notes.join()).not.toContain('EXIF')
})
