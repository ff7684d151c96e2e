/** Manifests as people write them: names of columns, words for labels, what parts the cells, where the files lie. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { assignColumns } from '../../src/dataset/manifest-columns.ts'
import { meaningOfLabel } from '../../src/dataset/manifest-labels.ts'
import { parseManifest } from '../../src/dataset/manifest-rows.ts'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import type { Dataset } from '../../src/dataset/sample.ts'
import { makeTree } from './temporary-tree.ts'

const images = { 'g/1.png': '', 'g/2.png': '', 'b/1.png': '', 'b/2.png': '', 'm/1.png': '', 'm/2.png': '' }
const open = (text: string | Uint8Array, choice = {}): Promise<Dataset> =>
  openDataset(join(makeTree({ ...images, 'list.csv': text }), 'list.csv'), choice)
/** Labels, parts, masks of the four images, as one text. */
const told = ({ samples }: Dataset): string =>
  samples.map(({ id, label, part, mask }) => `${id} ${label} ${part} ${mask ? 'mask' : '-'}`).join('\n')

const rows = (head: string, good: string, bad: string, delimiter = ','): string =>
  [
    head.split(',').join(delimiter),
    ...[1, 2].map((i) => [`g/${i}.png`, good, `P${i % 2}`, ''].join(delimiter)),
    ...[1, 2].map((i) => [`b/${i}.png`, bad, `Q${i % 2}`, `m/${i}.png`].join(delimiter)),
  ].join('\n')
const expected = told(await open(rows('path,label,part,mask', 'good', 'bad')))

it('reads the four columns as we call them', () => {
  expect(expected).toBe(
    'b/1.png anomalous Q1 mask\nb/2.png anomalous Q0 mask\ng/1.png nominal P1 -\ng/2.png nominal P0 -',
  )
})

it.each([
  'Path,Label,Part,Mask',
  'image_path,target,part_id,mask_path',
  'File,Class,Group,MaskPath',
  'filename,is_anomaly,Serial No.,gt-path',
  'Bild,Ergebnis,Seriennummer,Maske',
  'IMG,OK/NOK,SN,Ground Truth Mask',
])('reads the columns %s', async (head) => {
  const dataset = await open(rows(head, 'OK', 'NOK'))
  expect(told(dataset)).toBe(expected)
  if (!head.startsWith('Path')) expect(dataset.notes[0]).toContain('is the path')
})

it.each([
  ['OK', 'NOK'],
  ['io', 'nio'],
  ['i.O.', 'n.i.O.'],
  ['pass', 'fail'],
  ['PASS', 'FAILED'],
  ['0', '1'],
  ['0.0', '1.0'],
  ['False', 'True'],
  ['good', 'bad'],
  ['normal', 'anomaly'],
  ['Gut', 'Ausschuss'],
  ['OK', 'NG'],
  ['negative', 'positive'],
  ['defect-free', 'defective'],
])('takes %s for good and %s for a defect, and says so', async (good, bad) => {
  const dataset = await open(rows('path,label,part,mask', good, bad))
  expect(told(dataset)).toBe(expected)
  expect(dataset.notes).toContain(`Labels of the manifest: ${good} (2) is nominal; ${bad} (2) is anomalous.`)
})

it('reads truth values by what the column asks, and none where it asks nothing', async () => {
  expect(told(await open(rows('path,is_ok,part,mask', 'True', 'False')))).toBe(expected)
  expect(told(await open(rows('path,good,part,mask', '1', '0')))).toBe(expected)
  await expect(open(rows('path,result,part,mask', '1', '0'))).rejects.toThrow(
    'expected a label such as good, OK, 0 or bad, NOK, 1, got "1"; say which words are which with --good NAME',
  )
  expect(meaningOfLabel('Kratzer', 'label', { good: null, defects: null })).toEqual({
    label: 'anomalous',
    defect: 'Kratzer',
  })
  expect(meaningOfLabel('A7', 'label', { good: null, defects: null })).toBeUndefined()
})

it('takes words that the user names', async () => {
  const dataset = await open(rows('path,label,part,mask', 'A', 'C'), {
    choice: { good: 'A', defects: ['C'] },
  })
  expect(told(dataset)).toBe(expected)
  expect(dataset.samples.map(({ defect }) => defect)).toEqual(['C', 'C', null, null])
})

it.each<[string, string | Uint8Array]>([
  ['sep=;', `sep=;\r\n${rows('path,label,part,mask', 'good', 'bad', ';')}`],
  ['bars', rows('path,label,part,mask', 'good', 'bad', '|')],
  ['tabs', rows('path,label,part,mask', 'good', 'bad', '\t')],
  ['a byte order mark', `\uFEFF${rows('path,label,part,mask', 'good', 'bad')}`],
  ['UTF-16', Buffer.from(`\uFEFF${rows('path,label,part,mask', 'good', 'bad', '\t')}`, 'utf16le')],
  ['UTF-16 without a mark', Buffer.from(rows('path,label,part,mask', 'good', 'bad'), 'utf16le')],
  [
    'big-endian UTF-16',
    Buffer.from(`\uFEFF${rows('path,label,part,mask', 'good', 'bad')}`, 'utf16le').swap16(),
  ],
])('reads %s', async (_, text) => {
  expect(told(await open(text))).toBe(expected)
})

it('counts lines as an editor does, sep= included', () => {
  expect(parseManifest('m.csv', Buffer.from('sep=;\npath;label\na;b;c\n')).bad[0]!.line).toBe(3)
})

it('reads the split in other words, and takes a column with other values for no split', async () => {
  const head = 'path,label,part,mask,'
  const lines = rows('path,label,part,mask', 'good', 'bad').split('\n').slice(1)
  const values = ['train', 'val', 'Test', 'testing']
  const dataset = await open([`${head}subset`, ...lines.map((line, i) => `${line},${values[i]}`)].join('\n'))
  expect(dataset.samples.map(({ split }) => split)).toEqual(['test', 'test', 'train', 'validation'])
  const folds = await open([`${head}fold`, ...lines.map((line, i) => `${line},${i}`)].join('\n'))
  expect(folds.samples.map(({ split, attributes }) => [split, attributes.fold])[0]).toEqual([null, '2'])
})

it('names further columns once, and reports one that looks like part or mask and is not used', async () => {
  const lines = rows('path,label,part,mask', 'good', 'bad').split('\n').slice(1)
  const text = [
    'path,label,lot code,teil_bez,Overlay',
    ...lines.map((line) => line.replace(',P', ',L,P').replace(',Q', ',L,Q')),
  ].join('\n')
  const dataset = await open(text)
  expect(dataset.notes).toContain(
    'Further columns, kept for subgroups and --where: lot code, teil_bez, Overlay.',
  )
  const unused = dataset.issues.filter(({ kind }) => kind === 'unused-column').map(({ message }) => message)
  expect(unused).toEqual([
    expect.stringContaining('the column teil_bez looks like the part'),
    expect.stringContaining('the column Overlay looks like masks'),
  ])
})

it('does not take a category for a part', async () => {
  const dataset = await open(rows('path,label,object,mask', 'good', 'bad').replaceAll(/[PQ]\d/g, 'candle'))
  expect(
    dataset.samples.every(({ part, attributes }) => part === null && attributes.object === 'candle'),
  ).toBe(true)
})

it('gives the role to the column of its own name, whatever else could be', () => {
  expect(assignColumns(['image', 'path', 'class', 'label', 'type']).columns).toEqual({
    path: 'path',
    label: 'label',
    defect: 'type',
  })
  expect(assignColumns(['image', 'class']).columns).toEqual({ path: 'image', label: 'class' })
})

describe('files', () => {
  it('are found from the folder above, and by bare names', async () => {
    const above = makeTree({ ...images, 'lists/l.csv': rows('path,label,part,mask', 'ok', 'ng') })
    const dataset = await openDataset(join(above, 'lists/l.csv'))
    expect(dataset.samples.map(({ label }) => label)).toEqual([
      'anomalous',
      'anomalous',
      'nominal',
      'nominal',
    ])
    expect(dataset.notes.join()).toContain('relative to')
    const bare = makeTree({
      'train_images/a.jpg': '',
      'train_images/b.jpg': '',
      'l.csv': 'id,image_id,label\n1,a,0\n2,b.jpg,1\n',
    })
    const named = await openDataset(join(bare, 'l.csv'))
    expect(named.samples.map(({ id, label }) => `${id} ${label}`)).toEqual([
      'train_images/a.jpg nominal',
      'train_images/b.jpg anomalous',
    ])
  })

  it('are not guessed where several have the name', async () => {
    const root = makeTree({
      'x/a.png': '',
      'y/a.png': '',
      'y/b.png': '',
      'l.csv': 'path,label\na.png,ok\nb.png,ok\n',
    })
    const { samples, issues } = await openDataset(join(root, 'l.csv'))
    expect(samples.map(({ id }) => id)).toEqual(['y/b.png'])
    expect(issues.map(({ message }) => message).join()).toContain('several files are called so')
  })
})

it('keeps how an image was selected, and reports other words', async () => {
  const dataset = await open('path,label,selection\ng/1.png,ok,random\nb/1.png,ng,by hand\n')
  expect(dataset.samples.map(({ attributes }) => attributes.selection)).toEqual(['by hand', 'random'])
  expect(dataset.issues.map(({ message }) => message)).toContain(
    'the column selection says by hand: expected all, random, by-score',
  )
})
