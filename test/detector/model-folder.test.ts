/** A model folder is loaded whole and unaltered, or not at all. */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadModel, saveModel } from '../../src/detector/model-folder.ts'
import { ModelError } from '../../src/errors.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const files = new Map([
  ['a.bin', Uint8Array.of(1, 2, 3)],
  ['b.bin', new Uint8Array()],
])
async function saved(): Promise<string> {
  const folder = join(temporaryFolder(), 'model')
  await saveModel(
    folder,
    {
      plumbline: '0.1.0',
      createdAt: '2026-01-01T00:00:00.000Z',
      detector: { id: 'fake', version: 1, options: {} },
      backbone: { id: 'filterbank', weights: 'sha256:0' },
      input: { width: 8, height: 8, fit: 'pad' },
      threshold: null,
      mapScale: { low: 0, high: 1 },
      trained: { images: 1, fingerprint: 'sha256:0', seed: 0 },
    } as Parameters<typeof saveModel>[1],
    files,
  )
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
    writeFileSync(card, '{"format":"other"}')
    expect(await refusal(folder)).toContain('is not a model card of this version')
    rmSync(card)
    expect(await refusal(folder)).toContain('model.json')
  })
})
