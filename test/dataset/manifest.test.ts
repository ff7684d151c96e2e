import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseManifest } from '../../src/dataset/manifest-rows.ts'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import type { Dataset } from '../../src/dataset/sample.ts'
import { InputError } from '../../src/errors.ts'
import fc from '../fast-check.ts'
import { makeTree } from './temporary-tree.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('parseManifest', () => {
  const cell = fc
    .string({ unit: fc.constantFrom(...'ab1 ,;"\'\n\tüπ/'), maxLength: 8 })
    .map((text) => text.trim())
  const tables = fc
    .uniqueArray(fc.string({ unit: fc.constantFrom(...'abc_,"'), minLength: 1, maxLength: 4 }), {
      minLength: 2,
      maxLength: 5,
    })
    .chain((head) =>
      fc.tuple(
        fc.constant(head),
        fc.array(fc.array(cell, { minLength: head.length, maxLength: head.length })),
      ),
    )

  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`

  it('reads what a writer of CSV wrote: quotes, delimiters, line breaks, BOM, CRLF, blank lines', () => {
    fc.assert(
      fc.property(
        tables,
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        ([head, rows], delimiter, newline, hasMark) => {
          // The delimiter is told by the head line, so its own cells hold none here.
          const names = head.map((name, i) => `${name.replaceAll(/[,;|]/g, '')}${i}`)
          const lines = [names, ...rows].map((row) => row.map(quote).join(delimiter))
          const text = `${hasMark ? '\uFEFF' : ''}${lines.join(newline)}${newline}${newline}`
          const wanted = rows
            .map((row) =>
              Object.fromEntries(
                row.map((value, i) => [names[i]!, value]).filter(([, value]) => value !== ''),
              ),
            )
            .filter((cells) => Object.keys(cells).length > 0)
          const { rows: found, bad } = parseManifest('m.csv', bytes(text))
          expect(bad).toEqual([])
          expect(found.map(({ cells }) => cells)).toEqual(wanted)
        },
      ),
    )
  })

  it('reads what a writer of JSONL wrote', () => {
    fc.assert(
      fc.property(tables, fc.constantFrom('\n', '\r\n'), ([head, rows], newline) => {
        const objects = rows.map((row) => Object.fromEntries(row.map((value, i) => [head[i]!, value])))
        const text = objects.map((object) => JSON.stringify(object)).join(newline)
        const wanted = objects.map((object) =>
          Object.fromEntries(Object.entries(object).filter(([, v]) => v !== '')),
        )
        expect(parseManifest('m.jsonl', bytes(text)).rows.map(({ cells }) => cells)).toEqual(wanted)
      }),
    )
  })

  it('keeps numbers and booleans of JSONL as text, null as nothing', () => {
    const { rows } = parseManifest('m.jsonl', bytes('{"a": 0, "b": 1.5, "c": true, "d": null}'))
    expect(rows).toEqual([{ line: 1, cells: { a: '0', b: '1.5', c: 'true' } }])
  })

  it('names the lines that are no rows', () => {
    expect(parseManifest('m.csv', bytes('path,label\na,b\nc\nd,e,f\n')).bad).toEqual([
      { line: 3, reason: 'has 1 cells, the head line has 2' },
      { line: 4, reason: 'has 3 cells, the head line has 2' },
    ])
    expect(
      parseManifest('m.jsonl', bytes('[1]\n{"a":[1]}\n{oops\n')).bad.map(({ line, reason }) => [
        line,
        reason,
      ]),
    ).toEqual([
      [1, 'is no JSON object'],
      [2, 'a: expected text or a number, got [1]'],
      [3, expect.stringMatching(/^is no JSON: /)],
    ])
  })

  it.each([
    ['', /is empty/],
    ['\n\n', /is empty/],
    ['path,label,path\n', /names the column path twice/],
    ['path,label\n"a,b\n', /is no CSV/],
  ])('refuses %j', (text, reason) => {
    expect(() => parseManifest('m.csv', bytes(text))).toThrow(reason)
    expect(() => parseManifest('m.csv', bytes(text))).toThrow(InputError)
  })

  it('refuses what is no text, and reads UTF-16 with its mark', () => {
    expect(() => parseManifest('m.csv', Uint8Array.of(112, 0xff, 0xc3, 0x28))).toThrow('is not UTF-8 text')
    const wide = Buffer.from('\uFEFFpath,label\na,b\n', 'utf16le')
    expect(parseManifest('m.csv', wide).rows).toEqual([{ line: 2, cells: { path: 'a', label: 'b' } }])
  })
})

const kinds = ({ issues }: Dataset): string[] => issues.map(({ kind, severity }) => `${severity} ${kind}`)

describe('a manifest', () => {
  const files = {
    'images/a.png': '',
    'images/b.png': '',
    'masks/b.png': '',
    'masks/b.json': '',
    'fg/a.png': '',
  }
  const head = 'path,label,part,defect,mask,foreground,split,lot,angle\n'

  it('reads every column, further ones as attributes', async () => {
    const root = makeTree({
      ...files,
      'manifest.csv': `${head}images/b.png,anomalous,P2,dent,masks/b.png,,test,"A, 1",90\nimages/a.png,nominal,P1,,,fg/a.png,train,,\n`,
    })
    const dataset = await openDataset(root)
    expect(dataset.layout).toBe('manifest')
    expect(dataset.issues).toEqual([])
    expect(dataset.samples).toEqual([
      {
        id: 'images/a.png',
        path: join(root, 'images/a.png'),
        label: 'nominal',
        part: 'P1',
        defect: null,
        mask: null,
        foreground: { kind: 'file', path: join(root, 'fg/a.png') },
        split: 'train',
        attributes: {},
      },
      {
        id: 'images/b.png',
        path: join(root, 'images/b.png'),
        label: 'anomalous',
        part: 'P2',
        defect: 'dent',
        mask: { kind: 'file', path: join(root, 'masks/b.png') },
        foreground: null,
        split: 'test',
        attributes: { lot: 'A, 1', angle: '90' },
      },
    ])
  })

  it('may be named itself, lie elsewhere, and hold absolute paths, backslashes and labelme masks', async () => {
    const data = makeTree(files)
    const root = makeTree({
      'list.jsonl': `${JSON.stringify({ path: join(data, 'images/a.png'), label: 'ok' })}\n${JSON.stringify({
        path: join(data, 'images/b.png'),
        label: 1,
        mask: join(data, 'masks/b.json'),
      })}`,
    })
    const dataset = await openDataset(join(root, 'list.jsonl'))
    expect(dataset.samples.map(({ path, label }) => [path, label])).toEqual([
      [join(data, 'images/a.png'), 'nominal'],
      [join(data, 'images/b.png'), 'anomalous'],
    ])
    expect(dataset.samples[1]!.mask).toEqual({ kind: 'labelme', path: join(data, 'masks/b.json') })

    const backslashes = makeTree({ ...files, 'manifest.csv': 'path,label\nimages\\a.png,good\n' })
    expect((await openDataset(backslashes)).samples[0]!.id).toBe('images/a.png')
  })

  it('reports everything wrong together, with path and line, and goes on', async () => {
    const root = makeTree({
      ...files,
      'manifest.csv': [
        'path,label,mask,split',
        'images/a.png,nominal,,', // used
        'images/a.png,nominal,,', // same path twice
        'images/b.png,defect,masks/none.png,', // mask missing
        'images/b.png,ok,,', // two labels for one file
        'images/none.png,ok,,',
        'images/c.png,perhaps,,',
        'images/c.png,ok,,later',
        ',ok,,',
        'images/c.png,ok',
      ].join('\n'),
    })
    const dataset = await openDataset(root)
    expect(dataset.samples.map(({ id, label }) => [id, label])).toEqual([
      ['images/a.png', 'nominal'],
      ['images/b.png', 'anomalous'],
    ])
    expect(kinds(dataset).sort()).toEqual([
      'error bad-row',
      'error bad-row',
      'error bad-row',
      'error bad-row',
      'error conflicting-labels',
      'error missing-file',
      'warning duplicate-path',
      'warning missing-mask',
    ])
    expect(dataset.issues).toContainEqual({
      kind: 'conflicting-labels',
      severity: 'error',
      path: join(root, 'images/b.png'),
      message: 'line 5 labels it nominal, an earlier one anomalous',
    })
    expect(dataset.issues).toContainEqual({
      kind: 'missing-file',
      severity: 'error',
      path: join(root, 'images/none.png'),
      message: 'line 6 names it, but there is no such file',
    })
  })

  it.each([
    ['path,tag\na.png,ok\n', 'has no column "label", nor one of another name for it (columns: path, tag)'],
    [
      'thing,label\na.png,ok\n',
      'has no column "path", nor one of another name for it (columns: thing, label)',
    ],
    ['path,label\nnone.png,ok\n', 'holds no images in the layout manifest; 1 problems, the first: '],
    ['path,label\n', 'holds no images in the layout manifest'],
  ])('is refused where nothing can come of it: %j', async (text, reason) => {
    const root = makeTree({ 'manifest.csv': text })
    await expect(openDataset(root)).rejects.toThrow(reason)
    await expect(openDataset(root)).rejects.toThrow(InputError)
  })
})
