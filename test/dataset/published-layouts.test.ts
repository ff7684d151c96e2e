/** Datasets as they are published and as people keep them: labels, masks, splits, parts and columns, told from miniatures. */
import { mkdirSync, renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { auditDataset } from '../../src/dataset/audit-dataset.ts'
import type { ClassChoice } from '../../src/dataset/folder-classes.ts'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { readMask } from '../../src/dataset/read-mask.ts'
import { understandDataset } from '../../src/dataset/understood.ts'
import { InputError } from '../../src/errors.ts'
import { quietTask } from '../../src/task.ts'
import { type Content, drawDataset, side, some, spotPixels } from './miniature.ts'

const understand = async (root: string, choice?: ClassChoice) => {
  const dataset = await openDataset(root, choice && { choice })
  const { classes, leftOut, ...rest } = understandDataset(dataset)
  const pixels = await Promise.all(
    dataset.samples.flatMap(({ mask }) =>
      mask === null
        ? []
        : [
            readMask(mask, { width: side, height: side }).then(({ data }) =>
              data.reduce((sum, bit) => sum + bit, 0),
            ),
          ],
    ),
  )
  const errors = (await auditDataset(dataset, quietTask)).filter(({ severity }) => severity === 'error')
  return {
    ...rest,
    dataset,
    classes: Object.fromEntries(classes.map(({ name, images, masks }) => [name, [images, masks]])),
    leftOut: leftOut.map(({ reason, severity, count }) => `${severity}: ${reason}: ${count}`),
    pixels: [...new Set(pixels)],
    errors,
  }
}

/** A drawn dataset moved to a path that ends as given, since names of folders tell something. */
async function drawAs(name: string, files: Readonly<Record<string, Content>>): Promise<string> {
  const root = await drawDataset(files)
  const wanted = join(await drawDataset({ 'readme.txt': { text: '' } }), name)
  mkdirSync(dirname(wanted), { recursive: true })
  renameSync(root, wanted)
  return wanted
}

const mvtec = {
  ...some(4, 'train/good/#.png', 'good'),
  ...some(2, 'test/good/#.png', 'good', 50),
  ...some(3, 'test/broken_large/#.png', 'bad'),
  ...some(3, 'ground_truth/broken_large/#_mask.png', 'mask'),
}

type Case = readonly [
  name: string,
  files: Readonly<Record<string, Content>>,
  expected: Partial<Awaited<ReturnType<typeof understand>>>,
]

const cases: readonly Case[] = [
  [
    'MVTec AD',
    mvtec,
    { layout: 'mvtec', classes: { good: [6, 0], broken_large: [3, 3] }, splits: { train: 4, test: 5 } },
  ],
  [
    'MVTec AD in capitals',
    Object.fromEntries(
      Object.entries(mvtec).map(([path, content]) => [path.replace(/^./, (c) => c.toUpperCase()), content]),
    ),
    { classes: { good: [6, 0], broken_large: [3, 3] } },
  ],
  [
    'MVTec LOCO: several masks an image, in a folder of its own',
    {
      ...some(3, 'train/good/#.png', 'good'),
      ...some(2, 'validation/good/#.png', 'good', 20),
      ...some(2, 'test/logical_anomalies/#.png', 'bad'),
      ...some(2, 'test/structural_anomalies/#.png', 'bad'),
      ...some(2, 'ground_truth/logical_anomalies/#/000.png', 'mask'),
      ...some(2, 'ground_truth/logical_anomalies/#/001.png', 'corner'),
      ...some(2, 'ground_truth/structural_anomalies/#/000.png', 'mask'),
      'defects_config.json': { text: '[]' },
    },
    {
      classes: { good: [5, 0], logical_anomalies: [2, 2], structural_anomalies: [2, 2] },
      splits: { train: 3, validation: 2, test: 4 },
      pixels: [spotPixels + 9, spotPixels],
    },
  ],
  [
    'MVTec AD 2: lights, parts, and test sets without labels',
    {
      ...some(2, 'train/good/#_regular.png', 'good'),
      ...some(2, 'test_public/good/#_regular.png', 'good'),
      ...some(2, 'test_public/bad/#_overexposed.png', 'bad'),
      ...some(2, 'test_public/bad/#_regular.png', 'bad'),
      ...some(2, 'test_public/ground_truth/bad/#_overexposed_mask.png', 'mask'),
      ...some(2, 'test_public/ground_truth/bad/#_regular_mask.png', 'mask'),
      ...some(2, 'test_private/#_regular.png', 'good'),
      ...some(2, 'test_private_mixed/#_mixed.png', 'good'),
    },
    {
      classes: { good: [4, 0], defect: [4, 4] },
      columns: ['light'],
      parts: 6,
      leftOut: ['info: a test set that was published without labels: 4'],
    },
  ],
  [
    'MVTec 3D-AD: photographs only',
    {
      ...some(3, 'train/good/rgb/#.png', 'good'),
      ...some(3, 'train/good/xyz/#.tiff', { text: 'II*\0' }),
      ...some(2, 'test/hole/rgb/#.png', 'bad'),
      ...some(2, 'test/hole/gt/#.png', 'mask'),
      ...some(2, 'test/hole/xyz/#.tiff', { text: 'II*\0' }),
    },
    {
      classes: { good: [3, 0], hole: [2, 2] },
      leftOut: ['info: depth or coordinates, which are no photographs: 5'],
    },
  ],
  [
    'BTAD',
    {
      ...some(3, 'train/ok/#.png', 'good'),
      ...some(2, 'test/ko/#.png', 'bad'),
      ...some(2, 'ground_truth/ko/#.png', 'mask'),
    },
    { classes: { good: [3, 0], defect: [2, 2] } },
  ],
  [
    'AeBAD: domains',
    {
      ...some(2, 'train/good/view/#.png', 'good'),
      ...some(2, 'test/good/same/#.png', 'good'),
      ...some(2, 'test/groove/illumination/#.png', 'bad'),
      ...some(2, 'ground_truth/groove/illumination/#.png', 'mask'),
    },
    { classes: { good: [4, 0], groove: [2, 2] }, columns: ['domain'] },
  ],
  [
    'AutoVI: names that say nothing, in the test set only',
    {
      ...some(3, 'train/good/#.png', 'good'),
      ...some(2, 'test/blue_hoop/#.png', 'bad'),
      ...some(2, 'ground_truth/blue_hoop/#/#.png', 'mask'),
    },
    { classes: { good: [3, 0], blue_hoop: [2, 2] } },
  ],
  [
    'ImageFolder with train, valid and test',
    {
      ...some(3, 'train/good/g#.png', 'good'),
      ...some(2, 'valid/good/v#.png', 'good'),
      ...some(2, 'valid/bad/b#.png', 'bad'),
      ...some(2, 'test/bad/c#.png', 'bad'),
    },
    { classes: { good: [5, 0], defect: [4, 0] }, splits: { train: 3, validation: 4, test: 2 } },
  ],
  [
    'FCDD: maps beside the splits',
    {
      ...some(3, 'train/class1/normal/#.png', 'good'),
      ...some(3, 'train_maps/class1/normal/#.png', 'black'),
      ...some(2, 'test/class1/anomalous/#.png', 'bad'),
      ...some(2, 'test_maps/class1/anomalous/#.png', 'mask'),
    },
    { classes: { good: [3, 0], defect: [2, 2] }, splits: { train: 3, test: 2 } },
  ],
  [
    'KolektorSDD: a folder is a part, the label file the label',
    {
      ...some(3, 'kos01/Part#.png', 'good'),
      ...some(3, 'kos01/Part#_label.png', 'black'),
      ...some(2, 'kos02/Part#.png', 'bad'),
      ...some(2, 'kos02/Part#_label.png', 'mask'),
    },
    { layout: 'ksdd', classes: { good: [3, 0], defect: [2, 2] }, parts: 2 },
  ],
  [
    'KolektorSDD2',
    {
      ...some(3, 'train/10#.png', 'good'),
      ...some(3, 'train/10#_GT.png', 'black'),
      ...some(2, 'test/20#.png', 'bad'),
      ...some(2, 'test/20#_GT.png', 'mask'),
    },
    { layout: 'ksdd', classes: { good: [3, 0], defect: [2, 2] }, splits: { train: 3, test: 2 }, parts: null },
  ],
  [
    'DAGM 2007',
    {
      ...some(3, 'Train/0#.PNG', 'good'),
      ...some(2, 'Train/1#.PNG', 'bad'),
      ...some(2, 'Train/Label/1#_label.PNG', 'mask'),
      'Train/Label/Labels.txt': { text: '1\n1000\t1\t1000.PNG\t1\t1000_label.PNG\n' },
    },
    { layout: 'dagm', classes: { good: [3, 0], defect: [2, 2] } },
  ],
  [
    'DAGM 2007 in its first form: ellipses',
    {
      ...some(3, 'Class1/#.png', 'good', 1),
      ...some(2, 'Class1_def/#.png', 'bad', 1),
      'Class1_def/labels.txt': {
        text: '1\t 3.0\t 3.0\t 0.0\t 9.0\t 12.0\n2\t 3.0\t 3.0\t 1.5\t 9.0\t 12.0\n',
      },
    },
    { layout: 'dagm', classes: { good: [3, 0], defect: [2, 2] }, pixels: [32] },
  ],
  [
    'Severstal: run lengths column by column',
    {
      ...some(3, 'train_images/0#.png', 'good'),
      ...some(2, 'train_images/1#.png', 'bad'),
      'train.csv': {
        text: `ImageId,ClassId,EncodedPixels\n1000.png,3,${[6, 7, 8, 9, 10, 11].map((x) => `${x * side + 10} 6`).join(' ')}\n1001.png,1,1 3\n1001.png,2,25 2\n`,
      },
    },
    { layout: 'severstal', classes: { good: [3, 0], '3': [1, 1], '1+2': [1, 1] }, pixels: [spotPixels, 5] },
  ],
  [
    'masks in a folder of any name, mirrored, flat or beside',
    {
      ...some(3, 'good/#.png', 'good'),
      ...some(2, 'dent/#.png', 'bad', 10),
      ...some(2, 'some_folder/dent/#.png', 'mask', 10),
      ...some(2, 'scratch/#.png', 'bad', 20),
      ...some(2, 'scratch/#-GT.png', 'three', 20),
      ...some(2, 'hole/#.png', 'bad', 30),
      ...some(2, 'annotations/#.png', 'mask', 30),
    },
    {
      layout: 'folders',
      classes: { good: [3, 0], dent: [2, 2], scratch: [2, 2], hole: [2, 2] },
      pixels: [spotPixels],
    },
  ],
  [
    'AITEX: two masks of one image',
    {
      ...some(3, 'NODefect_images/2306881-210020u/#_000_00.png', 'good'),
      ...some(2, 'Defect_images/#_002_00.png', 'bad'),
      'Mask_images/000_002_00_mask1.png': 'mask',
      'Mask_images/000_002_00_mask2.png': 'corner',
      'Mask_images/001_002_00_mask.png': 'mask',
    },
    { classes: { good: [3, 0], defect: [2, 2] }, columns: ['folder'], pixels: [spotPixels + 9, spotPixels] },
  ],
  [
    'Chinese names, thumbnails, bins, documents and unsorted photographs',
    {
      ...some(6, '良品/#.png', 'good'),
      ...some(6, '不良品/#.png', 'bad', 50),
      '良品/@eaDir/000.png/SYNOPHOTO_THUMB_XL.jpg': 'good',
      '$RECYCLE.BIN/S-1/x.png': 'bad',
      '#recycle/y.png': 'bad',
      'docs/setup.png': 'good',
      ...some(2, 'unlabeled/#.png', 'good'),
    },
    {
      classes: { good: [6, 0], defect: [6, 0] },
      leftOut: [
        'warning: images in folders that by their name are no class (unsorted, documents, results ...): 3',
        'info: folders of the system or the archive program: 3',
      ],
    },
  ],
  [
    'what an earlier run wrote',
    {
      ...some(3, 'good/#.png', 'good'),
      ...some(2, 'dent/#.png', 'bad', 50),
      ...some(2, 'runs/first/maps/fold-0/dent/#.png', 'good', 50),
      'runs/first/.plumbline': { text: 'run\n' },
      ...some(2, 'old-run/maps/#.png', 'good'),
      'old-run/evaluation.json': { text: '{}' },
      'old-run/scores.csv': { text: '' },
    },
    { classes: { good: [3, 0], dent: [2, 0] }, leftOut: ['info: folders that Plumbline wrote: 2'] },
  ],
  [
    'images without an ending',
    { ...some(3, 'good/#', 'good'), ...some(2, 'bad/#.001', 'bad') },
    { classes: { good: [3, 0], defect: [2, 0] } },
  ],
]

describe('layouts by themselves', () => {
  it.each(cases)('%s', async (_, files, expected) => {
    const found = await understand(await drawDataset(files))
    expect(found.errors).toEqual([])
    expect(found).toMatchObject(expected)
    expect(found.pixels).toEqual(expected.pixels ?? (found.masks > 0 ? [spotPixels] : []))
    expect(found.why).not.toBe('')
  })
})

describe('what lies beside a dataset', () => {
  it('Real-IAD: parts, views, and the split of the JSON further up', async () => {
    const name = (state: string, part: string, view: number): string =>
      `audiojack_${part}_${state}_C${view}_20230922103117`
    const root = await drawAs('realiad_1024/audiojack', {
      [`OK/S0001/${name('OK', '0001', 1)}.jpg`]: 'good',
      [`OK/S0001/${name('OK', '0001', 2)}.jpg`]: 'good',
      [`NG/BX/S0002/${name('NG_BX', '0002', 1)}.jpg`]: 'bad',
      [`NG/BX/S0002/${name('NG_BX', '0002', 1)}.png`]: 'mask',
      [`NG/HS/S0003/${name('NG_HS', '0003', 4)}.jpg`]: 'bad',
      [`NG/HS/S0003/${name('NG_HS', '0003', 4)}.png`]: 'mask',
      'audiojack.json': {
        text: JSON.stringify({
          train: [{ image_path: `OK/S0001/${name('OK', '0001', 1)}.jpg` }],
          test: [{ image_path: `NG/BX/S0002/${name('NG_BX', '0002', 1)}.jpg` }],
        }),
      },
    })
    expect(await understand(root)).toMatchObject({
      classes: { good: [2, 0], BX: [1, 1], HS: [1, 1] },
      parts: 3,
      columns: ['view'],
      splits: { train: 1, test: 1 },
      pixels: [spotPixels],
    })
  })

  it('VisA as downloaded: split and kinds of defects from its lists', async () => {
    const above = await drawDataset({
      ...some(3, 'candle/Data/Images/Normal/#.JPG', 'good'),
      ...some(2, 'candle/Data/Images/Anomaly/#.JPG', 'bad'),
      ...some(2, 'candle/Data/Masks/Anomaly/#.png', 'three'),
      'candle/image_anno.csv': {
        text: 'image,label,mask\ncandle/Data/Images/Anomaly/000.JPG,"chunk,hole",candle/Data/Masks/Anomaly/000.png\n',
      },
      'split_csv/1cls.csv': {
        text: 'object,split,label,image,mask\ncandle,train,normal,candle/Data/Images/Normal/000.JPG,\n',
      },
    })
    const found = await understand(join(above, 'candle'))
    expect(found).toMatchObject({
      classes: { good: [3, 0], 'chunk+hole': [1, 1], defect: [1, 1] },
      splits: { train: 1 },
      pixels: [spotPixels],
    })
    await expect(openDataset(above)).rejects.toThrow(/did you mean .*candle\?/)
  })

  it('GLASS: masks of the object beside the categories', async () => {
    const above = await drawDataset({
      ...some(3, 'bottle/train/good/#.png', 'good'),
      ...some(2, 'bottle/test/good/#.png', 'good'),
      ...some(3, 'fg_mask/bottle/#.png', 'mask'),
    })
    const { dataset, foregrounds } = await understand(join(above, 'bottle'))
    expect(foregrounds).toBe(3)
    expect(
      dataset.samples.filter(({ foreground }) => foreground !== null).every(({ split }) => split === 'train'),
    ).toBe(true)
  })
})

describe('which folder is good', () => {
  const unsaid = { ...some(3, 'Negative/#.png', 'good'), ...some(2, 'Positive/#.png', 'bad') }

  it('asks where names say nothing, with the options that answer', async () => {
    const root = await drawDataset(unsaid)
    await expect(openDataset(root)).rejects.toThrow(InputError)
    await expect(openDataset(root)).rejects.toThrow(
      /Negative \(3 images\), Positive \(2 images\).*--good Negative --defects Positive, or --good Positive --defects Negative/,
    )
    const found = await understand(root, { good: 'Negative', defects: ['Positive'] })
    expect(found.classes).toEqual({ good: [3, 0], Positive: [2, 0] })
  })

  it('asks about a folder beside good ones, and leaves out what is not named', async () => {
    const root = await drawDataset({
      ...some(3, 'ok/#.png', 'good'),
      ...some(2, 'dent/#.png', 'bad', 20),
      ...some(2, 'xyzzy/#.png', 'bad', 40),
    })
    await expect(openDataset(root)).rejects.toThrow(
      /xyzzy \(2 images\).*--good ok --defects dent,xyzzy.*--good ok --defects dent/,
    )
    const found = await understand(root, { good: 'ok', defects: ['dent'] })
    expect(found.classes).toEqual({ good: [3, 0], dent: [2, 0] })
    expect(found.leftOut).toEqual(['info: images in folders that --good and --defects do not name: 2'])
  })

  it('takes a folder of unknown name for a defect where its images alone have masks, and says so', async () => {
    const found = await understand(
      await drawDataset({
        ...some(3, 'good/#.png', 'good'),
        ...some(2, 'xyzzy/#.png', 'bad', 40),
        ...some(2, 'masks/xyzzy/#.png', 'mask', 40),
      }),
    )
    expect(found.classes).toEqual({ good: [3, 0], xyzzy: [2, 2] })
    expect(found.notes.join()).toContain('xyzzy is taken for a kind of defect: its images have masks')
  })

  it.each([
    ['def_front', /by its name a folder of defects.*--good \./],
    ['masks', /by its name a folder of masks/],
    ['crazing', /by its name a folder of defects/],
  ])('never takes the images of a folder called %s for good parts', async (name, reason) => {
    const root = await drawAs(name, some(3, '#.png', 'bad'))
    await expect(openDataset(root)).rejects.toThrow(reason)
    expect(await understand(root, { good: '.', defects: null })).toMatchObject({ classes: { good: [3, 0] } })
  })

  it('never hints at a folder of defects', async () => {
    const kinds = await drawDataset({
      ...some(2, 'train/images/crazing/#.png', 'bad'),
      ...some(2, 'train/images/scratches/#.png', 'bad'),
    })
    await expect(openDataset(kinds)).rejects.toThrow(
      /holds defects \(crazing \(2 images\), scratches \(2 images\)\) and no folder of good parts/,
    )
    await expect(openDataset(kinds)).rejects.not.toThrow(/did you mean/)
    const inner = join(kinds, 'train/images/crazing')
    await expect(openDataset(inner)).rejects.toThrow(/folder of defects/)
    const casting = await drawDataset({
      ...some(2, 'casting/ok_front/#.png', 'good'),
      ...some(2, 'casting/def_front/#.png', 'bad', 9),
    })
    await expect(openDataset(casting)).rejects.toThrow(/did you mean .*casting\?/)
    await expect(openDataset(join(casting, 'casting/def_front'))).rejects.toThrow(
      /casting holds ok_front beside it and is the whole dataset/,
    )
  })

  it('says when it is one split of a dataset', async () => {
    const root = join(await drawDataset(mvtec), 'train')
    const { notes } = await understand(root)
    expect(notes.join()).toContain(`${dirname(root)} is the whole`)
  })

  it('refuses several products at once', async () => {
    const root = await drawDataset({
      ...some(2, 'train/a1/good/#.png', 'good'),
      ...some(2, 'train/b2/good/#.png', 'good'),
    })
    await expect(openDataset(root)).rejects.toThrow(/holds 2 products \(a1, b2\) below each split/)
  })

  it('refuses a run as a dataset', async () => {
    const root = await drawDataset({ ...some(2, 'good/#.png', 'good'), '.plumbline': { text: 'run\n' } })
    await expect(openDataset(root)).rejects.toThrow('is a run that Plumbline wrote, no dataset')
  })
})

describe('masks', () => {
  it('keeps photographs called like masks, where they are no masks', async () => {
    const found = await understand(
      await drawDataset({ ...some(3, 'good/box#.png', 'good'), ...some(3, 'good/box#_label.png', 'good') }),
    )
    expect(found.classes).toEqual({ good: [6, 0] })
  })

  it('leaves photographs out that lie in the place of masks, as an error', async () => {
    const found = await understand(
      await drawDataset({
        ...some(3, 'good/#.png', 'good'),
        ...some(2, 'dent/#.png', 'bad', 20),
        ...some(2, 'masks/dent/#.png', 'bad', 20),
      }),
    )
    expect(found.classes).toEqual({ good: [3, 0], dent: [2, 0] })
    expect(found.leftOut).toEqual(['error: photographs in the place of masks: 2'])
  })

  it('reports a mask that may be of two images', async () => {
    const { dataset } = await understand(
      await drawDataset({
        ...some(3, 'good/#.png', 'good', 50),
        ...some(2, 'dent/#.png', 'bad'),
        ...some(2, 'hole/#.png', 'bad'),
        'masks/000.png': 'mask',
      }),
    )
    expect(dataset.issues.map(({ kind, severity, path }) => [kind, severity, basename(path)])).toContainEqual(
      ['shared-mask', 'error', '000.png'],
    )
    expect(dataset.samples.every(({ mask }) => mask === null)).toBe(true)
  })

  it('tells masks of the object, under a name for masks of defects, by good parts that have them', async () => {
    const root = await drawDataset({
      ...some(3, 'good/#.png', 'good'),
      ...some(2, 'dent/#.png', 'bad', 20),
      ...some(3, 'masks/good/#.png', 'mask'),
      ...some(2, 'masks/dent/#.png', 'mask', 20),
    })
    const { issues } = await openDataset(root)
    expect(issues).toMatchObject([{ kind: 'conflicting-labels', severity: 'error' }])
    expect(issues[0]!.message).toContain('rename their folder to foreground')
  })

  it('matches names in other Unicode forms', async () => {
    const found = await understand(
      await drawDataset({
        ...some(2, 'good/#.png', 'good'),
        [`bad/${'Größe'.normalize('NFC')}.png`]: 'bad',
        [`masks/bad/${'Größe'.normalize('NFD')}.png`]: 'mask',
      }),
    )
    expect(found.classes).toEqual({ good: [2, 0], defect: [1, 1] })
  })

  it('reads masks in the colours of a labelmap, whose background need not be black', async () => {
    const found = await understand(
      await drawDataset({
        ...some(3, 'JPEGImages/#.png', 'good'),
        ...some(2, 'JPEGImages/#.png', 'bad', 20),
        ...some(3, 'SegmentationClass/#.png', 'white'),
        ...some(2, 'SegmentationClass/#.png', 'light', 20),
        'labelmap.txt': { text: '# label:color_rgb:parts:actions\nbackground:255,255,255::\ndent:0,0,0::\n' },
      }),
    )
    expect(found.images).toEqual({ nominal: 3, anomalous: 2 })
    expect(found.pixels).toEqual([spotPixels])
  })

  it('asks which of several surfaces of DAGM is meant, and takes the one that is named', async () => {
    const surface = (name: string) => ({
      ...some(3, `${name}/#.png`, 'good'),
      ...some(2, `${name}_def/#.png`, 'bad'),
      [`${name}_def/labels.txt`]: { text: '0 4 2.5 0 9 12\n1 4 2.5 0 9 12\n' },
    })
    const root = await drawDataset({ ...surface('Class1'), ...surface('Class2') })
    await expect(openDataset(root)).rejects.toThrow(/2 surfaces \(Class1, Class2\).*--good Class1/)
    const { dataset, leftOut } = await understand(root, { good: 'Class2', defects: null })
    expect(dataset.samples.map(({ id }) => id.split('/')[0])).toEqual([
      ...Array(3).fill('Class2'),
      ...Array(2).fill('Class2_def'),
    ])
    expect(leftOut).toEqual(['info: images of surfaces that --good does not name: 5'])
  })

  it('says that the user named the folders, not that their names did', async () => {
    const root = await drawDataset({ ...some(3, 'A/#.png', 'good'), ...some(2, 'B/#.png', 'bad', 20) })
    const { why } = await understand(root, { good: 'A', defects: ['B'] })
    expect(why).toBe('--good says that A holds good parts, --defects names B')
  })

  it('keeps apart what differs in nothing but capitals', async () => {
    const { dataset } = await understand(
      await drawDataset({
        ...some(3, 'good/#.png', 'good'),
        'dent/a.png': 'bad',
        'dent/A.png': 'bad',
        'masks/dent/a.png': 'mask',
        'masks/dent/A.png': 'mask',
      }),
    )
    const found = dataset.samples.map(({ id, mask }) => [id, mask && basename(mask.path)])
    expect(found.filter(([, mask]) => mask !== null)).toEqual([
      ['dent/A.png', 'A.png'],
      ['dent/a.png', 'a.png'],
    ])
    expect(dataset.issues).toEqual([])
  })

  it('takes neither Positive nor Negative, opened by itself, for good parts', async () => {
    const root = await drawDataset({
      ...some(3, 'Positive/#.png', 'bad'),
      ...some(3, 'Negative/#.png', 'good'),
    })
    for (const name of ['Positive', 'Negative'])
      await expect(openDataset(join(root, name))).rejects.toThrow(/do not say which .* --good and --defects/)
    const chosen = await understand(join(root, 'Negative'), { good: '.', defects: null })
    expect(chosen.images).toEqual({ nominal: 3, anomalous: 0 })
  })

  it('calls it an error when all masks are lost', async () => {
    const found = await understand(
      await drawDataset({
        ...some(2, 'good/#.png', 'good'),
        ...some(2, 'dent/#.png', 'bad', 20),
        ...some(2, 'masks/dent/m#.png', 'mask', 20),
      }),
    )
    expect(found.leftOut).toEqual(['error: masks that belong to no image: 2'])
  })
})
