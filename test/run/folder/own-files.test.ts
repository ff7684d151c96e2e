/** No function of the library writes into, or removes from, a folder that is somebody else's. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { saveModel } from '../../../src/detector/model-folder.ts'
import { UsageError } from '../../../src/errors.ts'
import {
  checkDataset,
  evaluateDataset,
  predictImages,
  prepareDataset,
  rotationExperiment,
  runDemo,
  trainModel,
} from '../../../src/pipeline.ts'
import { claimFolder } from '../../../src/run/folder/claim-folder.ts'
import { checkKeptModels, finishFolder } from '../../../src/run/folder/finish-folder.ts'
import { foldModelFolder } from '../../../src/run/folder/fold-record.ts'
import { modelFacts } from '../../helpers/model-card.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-own-'))
  await mkdir(join(folder, 'models/mine'), { recursive: true })
  await writeFile(join(folder, 'models/mine/weights.bin'), 'years of work')
  await writeFile(join(folder, 'scores.csv'), 'mine,too')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const everything = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).sort()

describe('a folder of files that Plumbline did not write', () => {
  const asked = () => ({ dataset: folder, out: folder })
  it.each([
    ['evaluateDataset', () => evaluateDataset(asked())],
    ['trainModel', () => trainModel(asked())],
    ['prepareDataset', () => prepareDataset(asked())],
    ['rotationExperiment', () => rotationExperiment(asked())],
    ['runDemo', () => runDemo({ out: folder, folds: 2 })],
    ['predictImages', () => predictImages({ model: folder, images: [folder], out: folder })],
  ])('is refused by %s, and left as it is', async (_, work) => {
    const before = await everything()
    const error = await work().then(
      () => null,
      (cause: unknown) => cause,
    )
    expect(error).toBeInstanceOf(UsageError)
    expect(String(error)).toContain('did not write')
    expect(await everything()).toEqual(before)
    expect(await readFile(join(folder, 'scores.csv'), 'utf8')).toBe('mine,too')
  })
})

describe('a manifest', () => {
  it('is not written over by the parts that were found in it', async () => {
    const manifest = join(folder, 'parts.csv')
    await writeFile(manifest, 'path,label\na.png,nominal\n')
    await expect(checkDataset({ dataset: manifest, writeParts: manifest })).rejects.toThrow(UsageError)
    expect(await readFile(manifest, 'utf8')).toBe('path,label\na.png,nominal\n')
  })
})

describe('the end of a run', () => {
  const card = modelFacts()
  const files = new Map([['bank.bin', new Uint8Array([1, 2, 3])]])
  const backbone = { id: 'filterbank', weights: null, weightsId: 'embedded', notice: null }
  let run = ''
  beforeEach(async () => {
    run = join(folder, 'run')
    await claimFolder(run, 'run')
    await saveModel(join(run, 'models/fold-0'), card, files)
    await saveModel(foldModelFolder(run, 0), card, files)
  })

  it('removes models of the run before, and what else lies there stays', async () => {
    await writeFile(join(run, 'models/notes.txt'), 'mine')
    await mkdir(join(run, 'models/best'))
    await checkKeptModels(run)
    await finishFolder(run, null)
    expect((await readdir(join(run, 'models'))).sort()).toEqual(['best', 'notes.txt'])
    expect(await readdir(run)).not.toContain('resume')
  })

  it('leaves no empty folder of models', async () => {
    await finishFolder(run, null)
    expect((await readdir(run)).sort()).toEqual(['.plumbline'])
  })

  it('puts a model in the place of the one before, with its threshold', async () => {
    const threshold = {
      policy: 'youden',
      value: 1.5,
      review: null,
      guarantee: 'none',
      level: 'image' as const,
      partScore: 'max',
      nominal: 3,
      anomalous: 2,
      source: 'test',
    }
    await finishFolder(run, { folds: [{ facts: { threshold }, fixtures: [] }], backbone })
    const kept = join(run, 'models/fold-0')
    expect((await readdir(kept)).sort()).toEqual(['bank.bin', 'model.json'])
    expect(JSON.parse(await readFile(join(kept, 'model.json'), 'utf8'))).toMatchObject({ threshold })
  })

  it('says before the work that a file of somebody else lies where a model would go', async () => {
    await writeFile(join(run, 'models/fold-0/notes.txt'), 'mine')
    await expect(checkKeptModels(run)).rejects.toThrow(UsageError)
    await expect(checkKeptModels(run)).rejects.toThrow(join(run, 'models/fold-0'))
    expect(await readFile(join(run, 'models/fold-0/notes.txt'), 'utf8')).toBe('mine')
  })
})
