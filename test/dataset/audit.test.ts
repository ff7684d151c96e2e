import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { auditDataset, usableSamples } from '../../src/dataset/audit-dataset.ts'
import { datasetFingerprint } from '../../src/dataset/fingerprint.ts'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { CancelledError, InputError } from '../../src/errors.ts'
import { sha256File } from '../../src/files/hash.ts'
import { encodeJpeg, encodePng } from '../../src/image/encode-image.ts'
import { quietTask } from '../../src/task.ts'
import { makeTree } from './temporary-tree.ts'

const grey = (width: number, height: number, level: number) => ({
  width,
  height,
  data: new Uint8Array(width * height).fill(level),
})

describe('auditDataset', () => {
  it('reports everything that is wrong at once, and the rest stays usable', async () => {
    const jpeg = await encodeJpeg(grey(64, 64, 90))
    const image = await encodePng(grey(4, 3, 90))
    const root = makeTree({
      ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`train/good/${i}.jpg`, jpeg])),
      'train/good/cut.jpg': jpeg.subarray(0, jpeg.length / 2),
      'train/good/empty.png': '',
      'train/good/pixel.png': await encodePng(grey(1, 1, 90)),
      'train/good/wide.png': await encodePng(grey(20_000, 1, 90)),
      'test/crack/fine.png': image,
      'test/crack/size.png': image,
      'test/crack/black.png': image,
      'test/crack/text.png': image,
      'test/crack/none.png': image,
      'test/dent/': '',
      'ground_truth/crack/fine_mask.png': await encodePng(grey(4, 3, 255)),
      'ground_truth/crack/size_mask.png': await encodePng(grey(3, 4, 255)),
      'ground_truth/crack/black_mask.png': await encodePng(grey(4, 3, 0)),
      'ground_truth/crack/text_mask.png': 'hello',
      'fg_mask/test/crack/fine.png': await encodePng(grey(5, 5, 255)),
    })
    const dataset = await openDataset(root)
    const issues = await auditDataset(dataset, quietTask)
    expect(
      issues.map(({ severity, kind, path }) => `${severity} ${kind} ${relative(root, path)}`).sort(),
    ).toEqual([
      'error mask-size fg_mask/test/crack/fine.png',
      'error mask-size ground_truth/crack/size_mask.png',
      'error unreadable ground_truth/crack/text_mask.png',
      'error unreadable train/good/cut.jpg',
      'error unreadable train/good/empty.png',
      'warning doubtful-mask ground_truth/crack/fine_mask.png',
      'warning doubtful-mask ground_truth/crack/size_mask.png',
      'warning empty-mask ground_truth/crack/black_mask.png',
      'warning label-without-images test/dent',
      'warning missing-mask test/crack/none.png',
    ])
    expect(
      issues.find(({ kind, path }) => kind === 'mask-size' && path.endsWith('size_mask.png'))!.message,
    ).toBe('is 3x4, its image is 4x3')
    expect(issues.find(({ path }) => path.endsWith('cut.jpg'))!.message).toMatch(/truncated or damaged/)
    const usable = usableSamples(dataset, issues).map(({ id }) => id)
    expect(usable.filter((id) => id.startsWith('test/'))).toEqual([
      'test/crack/black.png',
      'test/crack/none.png',
    ])
    expect(usable).toHaveLength(34)
  })

  it('does not say twice what was known when it was opened', async () => {
    const root = makeTree({
      'data/01_200828110014_277500_315_crop_2.jpg': await encodeJpeg(grey(8, 8, 90)),
      'data/01_200902053521_277500_315_crop_2.jpg': await encodeJpeg(grey(8, 8, 90)),
      'label/01_200902053521_277500_315_crop_2.json': '{',
    })
    const dataset = await openDataset(root)
    const issues = await auditDataset(dataset, quietTask)
    expect(issues).toHaveLength(1)
    expect(usableSamples(dataset, issues)).toHaveLength(1)
  })

  it('stops when told to', async () => {
    const dataset = await openDataset(makeTree(['good/1.png']))
    const task = { ...quietTask, signal: AbortSignal.abort() }
    await expect(auditDataset(dataset, task)).rejects.toThrow(CancelledError)
    await expect(openDataset(dataset.root, { task })).rejects.toThrow(CancelledError)
  })
})

describe('datasetFingerprint', () => {
  const tree = {
    'good/1.png': 'one',
    'good/2.png': 'two',
    'crack/3.png': 'three',
    'masks/crack/3.png': 'mask',
  }
  const fingerprint = async (root: string): Promise<string> =>
    datasetFingerprint((await openDataset(root)).samples, sha256File)

  it('is the same wherever the folder is and whatever the order', async () => {
    const [a, b] = [makeTree(tree), makeTree(tree)]
    expect(await fingerprint(a)).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(await fingerprint(b)).toBe(await fingerprint(a))
    const { samples } = await openDataset(a)
    expect(await datasetFingerprint([...samples].reverse(), sha256File)).toBe(await fingerprint(a))
  })

  it('changes with a name, a label, a part, an image or a mask', async () => {
    const root = makeTree(tree)
    const { samples } = await openDataset(root)
    const of = (change: object): Promise<string> =>
      datasetFingerprint([{ ...samples[0]!, ...change }, ...samples.slice(1)], sha256File)
    const seen = [
      await of({}),
      await of({ id: 'x' }),
      await of({ label: 'nominal' }),
      await of({ part: 'x' }),
      await of({ defect: 'x' }),
      await of({ mask: null }),
    ]
    writeFileSync(join(root, 'good/1.png'), 'other')
    seen.push(await of({}))
    writeFileSync(join(root, 'masks/crack/3.png'), 'other')
    seen.push(await of({}))
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('names the file that cannot be read', async () => {
    const root = makeTree(tree)
    const { samples } = await openDataset(root)
    const gone = { ...samples[0]!, path: join(root, 'gone.png') }
    await expect(datasetFingerprint([gone], sha256File)).rejects.toThrow(
      'gone.png: cannot be read: no such file',
    )
    await expect(datasetFingerprint([gone], sha256File)).rejects.toThrow(InputError)
  })
})
