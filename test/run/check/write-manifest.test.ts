import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDataset } from '../../../src/dataset/open-dataset.ts'
import { readMask } from '../../../src/dataset/read-mask.ts'
import { writeManifest } from '../../../src/run/check/write-manifest.ts'
import { quietTask } from '../../../src/task.ts'
import { drawDataset, side, some } from '../../dataset/miniature.ts'

it('draws masks that no single file says, so that the manifest loses nothing', async () => {
  const root = await drawDataset({
    ...some(2, 'train/good/#.png', 'good'),
    ...some(2, 'test/logical/#.png', 'bad'),
    'ground_truth/logical/000/000.png': 'mask',
    'ground_truth/logical/000/001.png': 'corner',
    'ground_truth/logical/001/000.png': 'mask',
  })
  const before = await openDataset(root)
  const path = join(await drawDataset({ 'readme.txt': { text: '' } }), 'parts.csv')
  await writeManifest(path, before.samples, quietTask)
  const after = await openDataset(path)
  const masks = async ({ samples }: typeof before) =>
    Promise.all(
      samples.flatMap(({ path: image, mask }) =>
        mask === null
          ? []
          : [readMask(mask, { width: side, height: side }).then(({ data }) => [image, [...data].join('')])],
      ),
    )
  expect((await masks(after)).sort()).toEqual((await masks(before)).sort())
  expect(after.samples.map(({ split }) => split).sort()).toEqual(['test', 'test', 'train', 'train'])
})
