/** Exports of annotation programs as datasets, and annotations beside images that folders label. */
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { openDataset } from '../../../src/dataset/open-dataset.ts'
import { readMask } from '../../../src/dataset/read-mask.ts'
import type { Dataset } from '../../../src/dataset/sample.ts'
import { makeTree, type Tree } from '../temporary-tree.ts'

const size = { width: 16, height: 16 }
const png = await sharp({ create: { ...size, channels: 3, background: '#888888' } })
  .png()
  .toBuffer()
const drawMask = async (inside: string, outside: string): Promise<Buffer> =>
  sharp({ create: { ...size, channels: 3, background: outside } })
    .composite([
      {
        input: await sharp({ create: { width: 4, height: 4, channels: 3, background: inside } })
          .png()
          .toBuffer(),
        left: 2,
        top: 2,
      },
    ])
    .png()
    .toBuffer()
const square = [2, 2, 6, 2, 6, 6, 2, 6]

/** Label, defect, split and pixels inside of every sample. */
async function told({ samples }: Dataset): Promise<string[]> {
  return Promise.all(
    samples.map(async ({ id, label, defect, split, mask }) => {
      const inside =
        mask === null ? '-' : (await readMask(mask, size)).data.reduce((sum, bit) => sum + bit, 0)
      return `${id} ${label} ${defect} ${split} ${inside}`
    }),
  )
}
const open = async (tree: Tree): Promise<Dataset> => openDataset(makeTree(tree))

const coco = (annotations: readonly object[], names = ['a.png', 'b.png']): string =>
  JSON.stringify({
    images: names.map((file_name, i) => ({ id: i + 1, file_name, ...size })),
    annotations: annotations.map((each, id) => ({ id, image_id: 2, category_id: 5, ...each })),
    categories: [{ id: 5, name: 'scratch' }],
  })

describe('COCO', () => {
  it('as Roboflow exports it: one file a split, ids as text or numbers', async () => {
    const dataset = await open({
      'train/a.png': png,
      'train/b.png': png,
      'train/_annotations.coco.json': coco([{ image_id: '2', segmentation: [square] }]),
      'valid/c.png': png,
      'valid/_annotations.coco.json': coco([], ['c.png']),
    })
    expect(dataset.layout).toBe('coco')
    expect(await told(dataset)).toEqual([
      'train/a.png nominal null train -',
      'train/b.png anomalous scratch train 16',
      'valid/c.png nominal null validation -',
    ])
  })

  it('with boxes only: labels, no masks, and why', async () => {
    const dataset = await open({
      'images/a.png': png,
      'images/b.png': png,
      'annotations/instances_default.json': coco([{ segmentation: [], bbox: [1, 1, 4, 4] }]),
    })
    expect(await told(dataset)).toEqual([
      'images/a.png nominal null null -',
      'images/b.png anomalous scratch null -',
    ])
    expect(dataset.issues.map(({ message }) => message).join()).toContain(
      '1 box (a box says where something is, not which pixels it is)',
    )
    expect(dataset.issues.filter(({ kind }) => kind === 'unusable-annotation')).toHaveLength(1)
  })

  it('draws masks for images that folders label', async () => {
    const dataset = await open({
      'good/a.png': png,
      'dent/b.png': png,
      'annotations.json': coco([{ segmentation: [square] }], ['good/a.png', 'dent/b.png']),
    })
    expect(dataset.layout).toBe('folders')
    expect(await told(dataset)).toEqual([
      'dent/b.png anomalous dent null 16',
      'good/a.png nominal null null -',
    ])
  })
})

it('CVAT: polygons and tags; lines have no area', async () => {
  const dataset = await open({
    'images/a.png': png,
    'images/b.png': png,
    'images/c.png': png,
    'annotations.xml': `<annotations><!-- <image name="x"/> --><image name="a.png" width="16" height="16"/>
<image name="b.png" width="16" height="16"><polygon label="dent" points="2,2;6,2;6,6;2,6"/></image>
<image name="c.png" width="16" height="16"><polyline label="crack" points="2,2;6,2"/></image></annotations>`,
  })
  expect(dataset.layout).toBe('cvat')
  expect(await told(dataset)).toEqual([
    'images/a.png nominal null null -',
    'images/b.png anomalous dent null 16',
    'images/c.png anomalous crack null -',
  ])
  expect(dataset.issues.map(({ message }) => message).join()).toContain('1 line (a line has no area')
})

it('YOLO: polygons in shares, boxes, empty and absent files', async () => {
  const dataset = await open({
    'data.yaml': "train: train/images\nnames:\n  0: 'dent'\n  1: crack\n",
    'train/images/a.png': png,
    'train/images/b.png': png,
    'train/images/c.png': png,
    'test/images/d.png': png,
    'train/labels/a.txt': '',
    'train/labels/b.txt': `1 ${square.map((value) => value / 16).join(' ')}\n`,
    'train/labels/c.txt': '0 0.5 0.5 0.2 0.2\n',
  })
  expect(dataset.layout).toBe('yolo')
  expect(await told(dataset)).toEqual([
    'test/images/d.png nominal null test -',
    'train/images/a.png nominal null train -',
    'train/images/b.png anomalous crack train 16',
    'train/images/c.png anomalous dent train -',
  ])
})

it('Pascal VOC with boxes: labels without masks', async () => {
  const dataset = await open({
    'JPEGImages/a.png': png,
    'JPEGImages/b.png': png,
    'Annotations/a.xml': '<annotation><filename>a.png</filename></annotation>',
    'Annotations/b.xml':
      '<annotation><filename>b.png</filename><object><name>dent</name><bndbox><xmin>1</xmin></bndbox></object></annotation>',
  })
  expect(dataset.layout).toBe('voc')
  expect(await told(dataset)).toEqual([
    'JPEGImages/a.png nominal null null -',
    'JPEGImages/b.png anomalous dent null -',
  ])
})

it('manifests of Lookout for Vision: addresses of buckets, masks on white', async () => {
  const line = (name: string, label: string, mask?: string): string =>
    JSON.stringify({
      'source-ref': `s3://bucket/set/images/${name}`,
      'anomaly-label': label === 'anomaly' ? 1 : 0,
      'anomaly-label-metadata': { 'class-name': label, type: 'groundtruth/image-classification' },
      ...(mask && {
        'anomaly-mask-ref': `s3://bucket/set/masks/${mask}`,
        'anomaly-mask-ref-metadata': {
          'internal-color-map': {
            0: { 'class-name': 'BACKGROUND', 'hex-color': '#ffffff' },
            1: { 'class-name': 'scratch', 'hex-color': '#2ca02c' },
          },
        },
      }),
    })
  const dataset = await open({
    'images/a.png': png,
    'images/b.png': png,
    'masks/b.png': await drawMask('#2ca02c', '#ffffff'),
    'train.manifest': `${line('a.png', 'normal')}\n${line('b.png', 'anomaly', 'b.png')}\n${line('none.png', 'normal')}\n`,
  })
  expect(dataset.layout).toBe('lookout')
  expect(await told(dataset)).toEqual([
    'images/a.png nominal null train -',
    'images/b.png anomalous scratch train 16',
  ])
  expect(dataset.issues.map(({ message }) => message).join()).toContain("copy the bucket's images into it")
})

describe('labelme', () => {
  const file = (shapes: readonly object[]): string =>
    JSON.stringify({ imagePath: 'old name.png', imageWidth: 16, imageHeight: 16, shapes })
  const polygon = { label: 'dent', shape_type: 'polygon', points: [[2, 2], [6, 2], [6, 6], [2, 6]] } // biome-ignore format: one shape

  it('masks, polygons and lines beside images that folders label', async () => {
    const mask = await sharp(Uint8Array.of(255, 255, 0, 255), { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer()
    const ai = { label: 'dent', shape_type: 'mask', points: [[3, 4], [4, 5]], mask: mask.toString('base64') } // biome-ignore format: one shape
    const line = { label: 'scratch', shape_type: 'linestrip', points: [[1, 1], [9, 9]] } // biome-ignore format: one shape
    const dataset = await open({
      'good/a.png': png,
      'dent/b.png': png,
      'dent/c.png': png,
      'dent/d.png': png,
      'dent/b.json': file([polygon]),
      'dent/c.json': file([ai]),
      'dent/d.json': file([polygon, line]),
    })
    expect(await told(dataset)).toEqual([
      'dent/b.png anomalous dent null 16',
      'dent/c.png anomalous dent null 3',
      'dent/d.png anomalous dent null -',
      'good/a.png nominal null null -',
    ])
    expect(dataset.issues.map(({ message }) => message).join()).toContain('1 line (a line has no area')
  })
})
