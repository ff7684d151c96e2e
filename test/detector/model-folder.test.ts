/** A model folder is loaded whole and unaltered, or not at all. */
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readFixtures } from '../../src/detector/model-fixtures.ts'
import { loadModel, saveModel } from '../../src/detector/model-folder.ts'
import { ModelError } from '../../src/errors.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import { modelFacts } from '../helpers/model-card.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const files = new Map([
  ['a.bin', Uint8Array.of(1, 2, 3)],
  ['b.bin', new Uint8Array()],
])
async function saved(): Promise<string> {
  const folder = join(temporaryFolder(), 'model')
  await saveModel(folder, modelFacts(), files)
  return folder
}
const refusal = async (folder: string): Promise<string> => {
  const error = await loadModel(folder).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ModelError)
  return String(error)
}

describe('a model folder', () => {
  it('gives back every byte', async () => {
    const loaded = await loadModel(await saved())
    expect([...loaded.files].map(([name, bytes]) => [name, [...bytes]])).toEqual([
      ['a.bin', [1, 2, 3]],
      ['b.bin', []],
    ])
  })

  it.each<readonly [string, (path: string) => void, string]>([
    ['a byte is another', (path) => writeFileSync(path, Uint8Array.of(1, 2, 4)), 'sha256 differs'],
    ['bytes are missing', (path) => writeFileSync(path, Uint8Array.of(1, 2)), 'expected 3 bytes, found 2'],
    ['bytes were added', (path) => appendFileSync(path, 'x'), 'expected 3 bytes, found 4'],
    ['a file is gone', (path) => rmSync(path), 'a.bin'],
  ])('is refused where %s', async (_, change, words) => {
    const folder = await saved()
    change(join(folder, 'a.bin'))
    expect(await refusal(folder)).toContain(words)
  })

  it('is refused without a card, or with one that is no card', async () => {
    const folder = await saved()
    const card = join(folder, 'model.json')
    writeFileSync(card, readFileSync(card, 'utf8').slice(0, -20))
    expect(await refusal(folder)).toContain('is not JSON')
    const older = { ...JSON.parse(readFileSync(join(await saved(), 'model.json'), 'utf8')), version: 1 }
    writeFileSync(card, JSON.stringify(older))
    expect(await refusal(folder)).toContain(
      'of version 1, this program reads version 2: make it anew: "plumbline train',
    )
    writeFileSync(card, JSON.stringify({ ...older, version: 3 }))
    expect(await refusal(folder)).toContain('it takes a newer program')
    writeFileSync(card, '{"format":"other"}')
    expect(await refusal(folder)).toContain('is not a model card of this version')
    rmSync(card)
    expect(await refusal(folder)).toContain('model.json')
  })

  it('takes the place of the model before it, and leaves none of its files', async () => {
    const folder = await saved()
    await saveModel(folder, modelFacts(), new Map([['c.bin', Uint8Array.of(9)]]))
    expect(readdirSync(folder).sort()).toEqual(['c.bin', 'model.json'])
    expect([...(await loadModel(folder)).files.keys()]).toEqual(['c.bin'])
  })

  it('is left as it was where a file of another cannot be written in its place', async () => {
    const folder = await saved()
    const before = readdirSync(folder).sort()
    const writing = saveModel(
      folder,
      modelFacts(),
      new Map([
        ['a.bin', Uint8Array.of(7)],
        ['b.bin/c.bin', Uint8Array.of(8)], // cannot be written: b.bin is a file
      ]),
    )
    await expect(writing).rejects.toThrow('c.bin')
    expect(readdirSync(folder).sort()).toEqual(before)
    expect([...((await loadModel(folder)).files.get('a.bin') ?? [])]).toEqual([1, 2, 3])
  })

  it('keeps training images, and is refused where one of them was altered', async () => {
    const folder = join(temporaryFolder(), 'model')
    const image = { width: 5, height: 3, data: Uint8Array.from({ length: 45 }, (_, i) => 5 * i) }
    const fixtures = [{ image: 'good/1.png', png: await encodePng(image) }]
    const card = await saveModel(folder, modelFacts(), files, { fixtures })
    const kept: unknown[] = []
    for await (const fixture of readFixtures(folder, card)) kept.push(fixture)
    expect(kept).toEqual([{ name: 'good/1.png', image }])
    expect((await loadModel(folder)).card).toEqual(card)
    writeFileSync(join(folder, 'fixture-00.png'), await encodePng({ ...image, data: image.data.fill(3) }))
    expect(await refusal(folder)).toContain('fixture-00.png')
    await saveModel(folder, modelFacts(), files)
    expect(readdirSync(folder).sort()).toEqual(['a.bin', 'b.bin', 'model.json'])
  })
})
