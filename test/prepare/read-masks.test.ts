import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { drawGivenMask } from '../../src/prepare/masks/given-mask.ts'
import { readMasks } from '../../src/prepare/masks/read-masks.ts'
import { quietTask } from '../../src/task.ts'
import { drawDataset, side, some, spotPixels } from '../dataset/miniature.ts'

const coco = JSON.stringify({
  images: [{ id: 0, file_name: 'good/000.png', width: 24, height: 24 }],
  annotations: [
    {
      id: 0,
      image_id: 0,
      category_id: 1,
      segmentation: [[2, 2, 12, 2, 12, 12, 2, 12]],
      bbox: [2, 2, 10, 10],
    },
  ],
  categories: [{ id: 1, name: 'part' }],
})

it('takes no photograph for its own mask where annotations lie beside the photographs', async () => {
  const root = await drawDataset({
    ...some(2, 'good/#.png', 'good'),
    '_annotations.coco.json': { text: coco },
  })
  const { samples } = await openDataset(root)
  const { masks, missing } = await readMasks(root, samples, quietTask)
  expect([...masks].map(([id, { kind }]) => [id, kind])).toEqual([['good/000.png', 'regions']])
  expect(missing).toEqual(['good/001.png'])
})

it('refuses a folder that holds the photographs and nothing else', async () => {
  const root = await drawDataset(some(2, 'good/#.png', 'good'))
  const { samples } = await openDataset(root)
  await expect(readMasks(join(root, 'good'), samples, quietTask)).rejects.toThrow(
    /holds the photographs themselves/,
  )
})

it('matches masks by the names that datasets know, in any Unicode form', async () => {
  const root = await drawDataset({ 'good/Grün.png': 'good', 'good/a.png': 'good' })
  const masks = await drawDataset({
    [`good/${'Grün'.normalize('NFD')}_GT.png`]: 'mask',
    'good/a-segm.png': 'mask',
  })
  const { samples } = await openDataset(root)
  const matched = await readMasks(masks, samples, quietTask)
  expect(matched.missing).toEqual([])
})

it('reads masks of objects in the colours of a labelmap', async () => {
  const root = await drawDataset(some(2, 'good/#.png', 'good'))
  const masks = await drawDataset({
    ...some(2, 'SegmentationClass/#.png', 'light'),
    ...some(2, 'SegmentationObject/#.png', 'black'),
    'labelmap.txt': { text: 'background:255,255,255::\npart:0,0,0::\n' },
  })
  const { samples } = await openDataset(root)
  const { masks: matched } = await readMasks(masks, samples, quietTask)
  const drawn = await drawGivenMask(matched.get('good/000.png')!, { width: side, height: side })
  expect('data' in drawn && drawn.data.reduce((sum, bit) => sum + bit, 0)).toBe(spotPixels)
})

it('says of which images a mask may be, where several have its name', async () => {
  const root = await drawDataset({ 'good/000.png': 'good', 'dent/000.png': 'bad' })
  const masks = await drawDataset({ '000_mask.png': 'mask' })
  const { samples } = await openDataset(root)
  await expect(readMasks(masks, samples, quietTask)).rejects.toThrow(
    /000_mask\.png may be for dent\/000\.png or good\/000\.png; put masks into folders/,
  )
})
