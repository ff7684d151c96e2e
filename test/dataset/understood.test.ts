/** How much of a dataset cannot be used, said as a share of all of it. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { understandDataset } from '../../src/dataset/understood.ts'
import { makeTree } from './temporary-tree.ts'

it('counts a file that cannot be read once, whether it is a sample or is missing', async () => {
  const dataset = await openDataset(
    makeTree(['train/good/0.png', 'train/good/1.png', 'train/good/2.png', 'test/crack/0.png']),
  )
  const issue = { severity: 'error', message: '' } as const
  const { leftOut } = understandDataset(dataset, dataset.samples, [
    { ...issue, kind: 'unreadable', path: join(dataset.root, 'train/good/0.png') },
    { ...issue, kind: 'missing-file', path: join(dataset.root, 'train/good/9.png') },
  ])
  expect(leftOut.map(({ count, share }) => [count, share])).toEqual([
    [1, 1 / 4],
    [1, 1 / 5],
  ])
})
