import { symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import type { Dataset, Sample } from '../../src/dataset/sample.ts'
import { InputError, UsageError } from '../../src/errors.ts'
import fc from '../fast-check.ts'
import { dataDir, describeWith } from '../golden-dir.ts'
import { makeTree } from './temporary-tree.ts'

const byId = ({ samples }: Dataset, id: string): Sample => {
  const found = samples.find((sample) => sample.id === id)
  if (found === undefined) throw new Error(`no sample ${id} among ${samples.map((sample) => sample.id)}`)
  return found
}
const maskOf = ({ root }: Dataset, sample: Sample): string | null =>
  sample.mask && relative(root, sample.mask.path)
const foregroundOf = ({ root }: Dataset, sample: Sample): string | null =>
  sample.foreground && relative(root, sample.foreground.path)
const kinds = ({ issues, root }: Dataset): string[] =>
  issues.map(({ kind, severity, path }) => `${severity} ${kind} ${relative(root, path)}`)

describe('mvtec', () => {
  const tree = [
    'train/good/000.png',
    'train/good/001.png',
    'test/good/000.png',
    'test/broken_large/000.png',
    'test/broken_large/001.png',
    'test/crack/000.png',
    'ground_truth/broken_large/000_mask.png',
    'ground_truth/broken_large/001_mask.png',
    'ground_truth/crack/000_mask.png',
    'ground_truth/good/000_mask.png',
    'foreground/train/good/000.png',
    'foreground/test/crack/000_mask.png',
    'license.txt',
  ]

  it('reads labels, defects, masks, splits and masks of the object', async () => {
    const dataset = await openDataset(makeTree(tree))
    expect(dataset.layout).toBe('mvtec')
    expect(dataset.issues).toEqual([])
    expect(dataset.samples.map(({ id }) => id)).toEqual(tree.filter((path) => /^t/.test(path)).sort())
    const crack = byId(dataset, 'test/crack/000.png')
    expect(crack).toMatchObject({
      label: 'anomalous',
      defect: 'crack',
      split: 'test',
      part: null,
      attributes: {},
    })
    expect(maskOf(dataset, crack)).toBe('ground_truth/crack/000_mask.png')
    expect(foregroundOf(dataset, crack)).toBe('foreground/test/crack/000_mask.png')
    const good = byId(dataset, 'train/good/000.png')
    expect(good).toMatchObject({ label: 'nominal', defect: null, mask: null, split: 'train' })
    expect(foregroundOf(dataset, good)).toBe('foreground/train/good/000.png')
  })

  it.each(['fg_mask', 'fg_masks', 'Foreground-Masks', 'fg'])(
    'finds masks of the object in %s',
    async (folder) => {
      const dataset = await openDataset(makeTree(['train/good/a.jpg', `${folder}/train/good/a.png`]))
      expect(foregroundOf(dataset, dataset.samples[0]!)).toBe(`${folder}/train/good/a.png`)
    },
  )

  it('reads BTAD: ok and ko, BMP, masks without _mask', async () => {
    const dataset = await openDataset(
      makeTree(['train/ok/0.bmp', 'test/ok/0.bmp', 'test/ko/7.bmp', 'ground_truth/ko/7.png']),
    )
    expect(dataset.layout).toBe('mvtec')
    const bad = byId(dataset, 'test/ko/7.bmp')
    expect(bad).toMatchObject({ label: 'anomalous', defect: null })
    expect(maskOf(dataset, bad)).toBe('ground_truth/ko/7.png')
    expect(byId(dataset, 'train/ok/0.bmp').label).toBe('nominal')
  })

  it('reports empty labels, missing masks and images of no sample together', async () => {
    const dataset = await openDataset(
      makeTree([
        'train/good/0.png',
        'test/crack/0.png',
        'test/crack/1.png',
        'test/dent/',
        'ground_truth/crack/0_mask.png',
        'ground_truth/crack/9_mask.png',
        'loose.png',
      ]),
    )
    expect(kinds(dataset).sort()).toEqual([
      'warning label-without-images test/dent',
      'warning missing-mask test/crack/1.png',
    ])
    expect(dataset.leftOut).toEqual([
      {
        reason: 'images beside the folders of the classes',
        severity: 'error',
        count: 1,
        share: 0.25,
        examples: ['loose.png'],
      },
      {
        reason: 'masks that belong to no image',
        severity: 'warning',
        count: 1,
        share: 0.5,
        examples: ['ground_truth/crack/9_mask.png'],
      },
    ])
  })
})

describe('mtd', () => {
  it('takes PNG files for masks and the exposure for an attribute', async () => {
    const dataset = await openDataset(
      makeTree([
        'MT_Free/Imgs/exp1_num_2.jpg',
        'MT_Free/Imgs/exp1_num_2.png',
        'MT_Crack/Imgs/exp6_num_9.jpg',
        'MT_Crack/Imgs/exp6_num_9.png',
        'MT_Fray/Imgs/exp2_num_1.jpg',
        'MT_Break/Imgs/',
      ]),
    )
    expect(dataset.layout).toBe('mtd')
    const crack = byId(dataset, 'MT_Crack/Imgs/exp6_num_9.jpg')
    expect(crack).toMatchObject({
      label: 'anomalous',
      defect: 'Crack',
      part: null,
      attributes: { exposure: '6' },
    })
    expect(maskOf(dataset, crack)).toBe('MT_Crack/Imgs/exp6_num_9.png')
    expect(byId(dataset, 'MT_Free/Imgs/exp1_num_2.jpg').mask).toBeNull()
    expect(kinds(dataset)).toEqual([
      'warning label-without-images MT_Break',
      'warning missing-mask MT_Fray/Imgs/exp2_num_1.jpg',
    ])
  })
})

describe('bsd', () => {
  const label = JSON.stringify({
    imageWidth: 9,
    imageHeight: 9,
    shapes: [
      {
        label: 'Pitting',
        shape_type: 'polygon',
        points: [
          [0, 0],
          [4, 0],
          [4, 4],
        ],
      },
    ],
  })

  it('reads the part off the name and the defect off the label', async () => {
    const dataset = await openDataset(
      makeTree({
        'data/01_200828110014_277500_315_crop_2.jpg': '',
        'data/01_200902053521_277500_315_crop_2.jpg': '',
        'data/KGT1-S-060-A02_crop_0.jpg': '',
        'label/01_200902053521_277500_315_crop_2.json': label,
      }),
    )
    expect(dataset.layout).toBe('bsd')
    expect(dataset.issues).toEqual([])
    const [before, after, other] = dataset.samples
    expect(before).toMatchObject({
      label: 'nominal',
      part: '277500_315_crop_2',
      attributes: { machine: '01', position: '277500', angle: '315', crop: '2', date: '2020-08-28' },
    })
    expect(after).toMatchObject({ label: 'anomalous', defect: 'Pitting', part: before!.part })
    expect(after!.mask?.kind).toBe('labelme')
    expect(other).toMatchObject({ part: 'KGT1-S-060-A02_crop_0', attributes: { machine: 'KGT1', crop: '0' } })
  })

  it('reports broken labels and labels of nothing, and goes on', async () => {
    const dataset = await openDataset(
      makeTree({
        'data/01_200828110014_277500_315_crop_2.jpg': '',
        'data/01_200902053521_277500_315_crop_2.jpg': '',
        'label/01_200902053521_277500_315_crop_2.json': '{"shapes": [',
        'label/01_200902053521_999999_315_crop_2.json': label,
      }),
    )
    expect(dataset.samples).toHaveLength(2)
    expect(kinds(dataset)).toEqual([
      'error unreadable label/01_200902053521_277500_315_crop_2.json',
      'warning missing-file label/01_200902053521_999999_315_crop_2.json',
    ])
  })
})

describe('folders', () => {
  it('reads a normal and several anomalous folders with masks', async () => {
    const dataset = await openDataset(
      makeTree([
        'normal/1.jpg',
        'normal/sub/2.tif',
        'scratch/1.jpg',
        'anomaly/3.webp',
        'anomaly/dent/4.jpg',
        'masks/scratch/1.png',
        'masks/anomaly/3_mask.png',
        'anomaly/dent/4_mask.png',
        'fg_mask/normal/1.png',
      ]),
    )
    expect(dataset.layout).toBe('folders')
    expect(dataset.issues).toEqual([])
    expect(dataset.samples.map(({ id, label, defect }) => [id, label, defect])).toEqual([
      ['anomaly/3.webp', 'anomalous', null],
      ['anomaly/dent/4.jpg', 'anomalous', 'dent'],
      ['normal/1.jpg', 'nominal', null],
      ['normal/sub/2.tif', 'nominal', null],
      ['scratch/1.jpg', 'anomalous', 'scratch'],
    ])
    expect(dataset.samples.map((sample) => maskOf(dataset, sample))).toEqual([
      'masks/anomaly/3_mask.png',
      'anomaly/dent/4_mask.png',
      null,
      null,
      'masks/scratch/1.png',
    ])
    expect(foregroundOf(dataset, dataset.samples[2]!)).toBe('fg_mask/normal/1.png')
  })

  it.each([[['1.png', '2.JPG', 'notes.txt']], [['good/1.png', 'good/2.JPG']]])(
    'reads normals only: %j',
    async (tree) => {
      const dataset = await openDataset(makeTree(tree))
      expect(dataset.samples.map(({ label }) => label)).toEqual(['nominal', 'nominal'])
      expect(dataset.issues).toEqual([])
    },
  )

  it('finds every image of a random tree once, in order', async () => {
    const name = fc
      .string({ unit: fc.constantFrom(...'ab ,"ü1'), minLength: 1, maxLength: 6 })
      .map((text) => `x${text}`)
    const file = fc.tuple(
      fc.constantFrom('normal', 'scratch', 'dent'),
      fc.array(name, { maxLength: 2 }),
      name,
      fc.constantFrom('png', 'JPG', 'tiff', 'bmp', 'webp'),
    )
    const trees = fc.uniqueArray(
      file.map(([label, folders, stem, ending]) => [label, ...folders, `${stem}.${ending}`].join('/')),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(trees, async (files) => {
        const images = [...new Set(['normal/first.png', ...files])].sort()
        const dataset = await openDataset(makeTree([...images, 'normal/.hidden.png', 'dent/readme.md']))
        expect(dataset.samples.map(({ id }) => id)).toEqual(images)
        for (const { id, label, path } of dataset.samples) {
          expect(label).toBe(id.startsWith('normal/') ? 'nominal' : 'anomalous')
          expect(path).toBe(join(dataset.root, id))
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('openDataset', () => {
  it.each([
    [[], /is empty: no files in it or below it/],
    [['a/b/'], /is empty/],
    [
      ['a/x.txt', 'b/y.txt'],
      /no known layout; found the folders a, b and 0 images.*\n {2}bsd .*\n {2}mtd .*MT_Free/,
    ],
    [
      ['a/x.png', 'b/y.png'],
      /no folder's name says that it holds good parts .*: found a \(1 image\), b \(1 image\).*--good a --defects b, or --good b --defects a/,
    ],
    [['bottle/train/good/1.png', 'cable/train/good/1.png'], /did you mean .*bottle \(or one of 1 more\)\?/],
  ])('refuses the tree %j', async (tree, reason) => {
    const root = makeTree(tree)
    await expect(openDataset(root)).rejects.toThrow(reason)
    await expect(openDataset(root)).rejects.toThrow(InputError)
  })

  it('refuses what is missing, no folder, or not of the layout asked for', async () => {
    const root = makeTree(['normal/1.png'])
    await expect(openDataset(join(root, 'none'))).rejects.toThrow(
      'none: cannot be opened: no such file or folder',
    )
    await expect(openDataset(join(root, 'normal/1.png'))).rejects.toThrow('is a file but no manifest')
    await expect(openDataset(root, { layout: 'mtd' })).rejects.toThrow(
      /is not of the layout mtd: expected MT_Free.*found the folders normal and 1 images/,
    )
    await expect(openDataset(root, { layout: 'manifest' })).rejects.toThrow(/manifest/)
  })

  it('says when nothing is nominal', async () => {
    const dataset = await openDataset(makeTree({ 'manifest.csv': 'path,label\na.png,bad\n', 'a.png': '' }))
    expect(kinds(dataset)).toEqual(['error no-nominal '])
  })

  it('follows links, but not in circles, and reports links to nowhere', async () => {
    const root = makeTree(['good/1.png'])
    const elsewhere = makeTree(['a.png'])
    symlinkSync(root, join(root, 'good/again'))
    symlinkSync(elsewhere, join(root, 'good/more'))
    symlinkSync(join(root, 'nowhere'), join(root, 'good/lost.png'))
    const dataset = await openDataset(root)
    expect(dataset.samples.map(({ id }) => id)).toEqual(['good/1.png', 'good/more/a.png'])
    expect(kinds(dataset)).toEqual(['error unreadable good/lost.png'])
  })

  it('reports one file with two labels, by links', async () => {
    const root = makeTree(['good/0.png', 'good/1.png', 'crack/2.png'])
    symlinkSync(join(root, 'good/1.png'), join(root, 'crack/1.png'))
    symlinkSync(join(root, 'crack/2.png'), join(root, 'crack/3.png'))
    const dataset = await openDataset(root)
    expect(dataset.samples).toHaveLength(3)
    expect(kinds(dataset).sort()).toEqual([
      'error conflicting-labels crack/1.png',
      'warning duplicate-path crack/3.png',
    ])
  })
})

describe('--part-pattern', () => {
  const tree = ['good/a1_top.png', 'good/a1_side.png', 'good/b2_top.png', 'good/odd.png']

  it('takes the first group of the id and reports what does not match', async () => {
    const dataset = await openDataset(makeTree(tree), { partPattern: '([a-z]\\d)_' })
    expect(dataset.samples.map(({ part }) => part)).toEqual(['a1', 'a1', 'b2', null])
    expect(kinds(dataset)).toEqual(['warning no-part good/odd.png'])
  })

  it.each([
    ['(', /is no regular expression/],
    ['a\\d', /has no group/],
    ['(?:a)|b', /has no group/],
    ['(zzz)', /matches none of 4 samples, such as good\/a1_side.png/],
  ])('refuses %s', async (partPattern, reason) => {
    const root = makeTree(tree)
    await expect(openDataset(root, { partPattern })).rejects.toThrow(reason)
    await expect(openDataset(root, { partPattern })).rejects.toThrow(UsageError)
  })
})

const counts = ({ samples }: Dataset): number[] => [
  samples.filter(({ label }) => label === 'nominal').length,
  samples.filter(({ label }) => label === 'anomalous').length,
  samples.filter(({ mask }) => mask !== null).length,
]

describeWith(dataDir, 'published datasets', () => {
  it.each([
    ['mtd', 'mtd', [952, 392, 392]],
    ['bsd', 'bsd', [710, 394, 394]],
    ['aliens', 'folders', [58, 60, 0]],
  ])('%s is recognised', async (folder, layout, expected) => {
    const dataset = await openDataset(join(dataDir, folder))
    expect(dataset.layout).toBe(layout)
    expect(counts(dataset)).toEqual(expected)
    expect(dataset.issues).toEqual([])
  })

  it('bsd shows spots more than once, wear included', async () => {
    const { samples } = await openDataset(join(dataDir, 'bsd'))
    expect(new Set(samples.map(({ defect }) => defect))).toEqual(new Set([null, 'Pitting']))
    expect(samples.every(({ part, attributes }) => part !== null && attributes.machine !== undefined)).toBe(
      true,
    )
    const mixed = new Map<string, Set<string>>()
    for (const { part, label } of samples) mixed.set(part!, (mixed.get(part!) ?? new Set()).add(label))
    expect([...mixed.values()].some((labels) => labels.size === 2)).toBe(true)
    expect(mixed.size).toBeLessThan(samples.length)
  })
})
