/** A model folder needs nothing else: copied to where no weights and no dataset are, it judges as it did. */
import { generateKeyPairSync } from 'node:crypto'
import { cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readFixtures } from '../../../src/detector/model-fixtures.ts'
import { ModelError } from '../../../src/errors.ts'
import { encodePng } from '../../../src/image/encode-image.ts'
import { openModel } from '../../../src/inspect/open-model.ts'
import { evaluateDataset, trainModel } from '../../../src/pipeline.ts'
import { stripes } from '../../../src/testing/striped-image.ts'
import type { ModelCard } from '../../../src/wire/model.ts'
import { makeStripedDataset, plumbline } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { writeWeights } from '../../helpers/weights-file.ts'
import { meanGrey } from '../../inspect/fake-detector.ts'

const folder = temporaryFolder()
const weights = join(folder, 'weights')
const model = join(folder, 'model')
const run = join(folder, 'run')
const photo = join(folder, 'photo.png')
const common = { backbone: 'mobilenet_v2', weights, size: { width: 32, height: 32 }, threads: 1, cache: null }
let card: ModelCard
let before: string

const predict = async (at: string) => {
  const home = join(folder, 'nobody')
  const argv = ['predict', at, photo, '--threads', '1', '--no-cache', '--json']
  return plumbline(home, argv, { env: { HOME: home, PLUMBLINE_WEIGHTS: join(home, 'none') }, cwd: folder })
}

beforeAll(async () => {
  await writeWeights(weights, 'mobilenet_v2')
  const dataset = await makeStripedDataset({ nominal: 44, anomalous: 22, masks: false }, join(folder, 'data'))
  writeFileSync(photo, await encodePng(stripes(5000, true)))
  card = await trainModel({ ...common, dataset, out: model, detectorOptions: { bankSize: 64 } })
  await evaluateDataset({ ...common, dataset, out: run, detector: meanGrey, folds: 2, keepModels: true })
  before = (await predict(model)).out
  rmSync(dataset, { recursive: true })
  rmSync(weights, { recursive: true })
}, 120_000)

const copied = (from: string, name: string): string => {
  const to = join(folder, name)
  cpSync(from, to, { recursive: true })
  return to
}

describe('a trained model', () => {
  it('predicts the same bytes where no weights and no dataset are', async () => {
    expect(JSON.parse(before)).toMatchObject({ images: [{ ok: true, path: photo }] })
    const { code, out, err } = await predict(copied(model, 'copy'))
    expect(err).not.toContain('weights')
    expect([code, out]).toEqual([0, before])
  })

  it('keeps training images and what all of them are like', async () => {
    const { reference, fixtures } = card
    expect(reference).toMatchObject({ images: card.trained.images, measures: { width: { sd: 0 } } })
    expect(fixtures).toHaveLength(card.trained.images)
    const kept: unknown[] = []
    for await (const { image } of readFixtures(copied(model, 'kept'), card)) kept.push(image)
    expect(new Set(kept.map((image) => JSON.stringify(image))).size).toBe(fixtures.length)
  })

  it('is trusted by the key that signed it, and by no other', async () => {
    const keys = generateKeyPairSync('ed25519')
    const [secret, trusted] = [join(folder, 'key.pem'), join(folder, 'key.pub.pem')]
    writeFileSync(secret, keys.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    writeFileSync(trusted, keys.publicKey.export({ type: 'spki', format: 'pem' }))
    const data = await makeStripedDataset({ nominal: 12, anomalous: 0, masks: false }, join(folder, 'small'))
    const out = join(folder, 'signed')
    const small = { backbone: 'filterbank', size: { width: 32, height: 32 }, threads: 1, cache: null }
    await trainModel({ ...small, dataset: data, out, threshold: 'sigma', sign: secret })
    const argv = ['--threads', '1', '--no-cache', '--trust', trusted]
    expect((await plumbline(folder, ['predict', out, photo, ...argv])).code).toBe(0)
    expect((await plumbline(folder, ['model', 'show', out, '--trust', trusted])).code).toBe(0)
    const refused = await plumbline(folder, ['predict', model, photo, ...argv])
    expect(refused.code).toBe(4)
    expect(refused.err).toContain('the folder is not signed')
  })

  it('says what its weights are', () => {
    const { size } = statSync(join(model, 'weights.safetensors'))
    const sha256 = card.backbone.weights.replace('sha256:', '')
    expect(card.weights).toEqual({
      ...{ kind: 'file', file: 'weights.safetensors', bytes: size, sha256, licence: null, source: null },
    })
  })

  it.each<readonly [string, (path: string) => void, string]>([
    ['missing', (path) => rmSync(path), 'no such file'],
    ['truncated', (path) => truncateSync(path, 1000), 'truncated or altered'],
    [
      'altered',
      (path) => {
        const bytes = readFileSync(path)
        bytes[bytes.length - 1]! ^= 1
        writeFileSync(path, bytes)
      },
      'was altered',
    ],
  ])('is refused where its weights are %s, and the file is named', async (name, change, words) => {
    const at = copied(model, name)
    change(join(at, 'weights.safetensors'))
    const { code, err } = await predict(at)
    expect(code).toBe(4)
    expect(err).toContain(`${join(at, 'weights.safetensors')}: `)
    expect(err).toContain(words)
  })

  it('is refused where the card is of weights that the folder does not hold', async () => {
    const at = copied(model, 'other')
    const path = join(at, 'model.json')
    const other = `sha256:${'0'.repeat(64)}`
    writeFileSync(path, readFileSync(path, 'utf8').replace(card.backbone.weights, other))
    await expect(openModel(at)).rejects.toThrow(ModelError)
    await expect(openModel(at)).rejects.toThrow(`was fitted on weights ${other}`)
  })
})

describe('the model of a fold', () => {
  it('is whole in a folder of its own, its threshold included', async () => {
    const at = copied(join(run, 'models/fold-1'), 'fold')
    const inspector = await openModel(at, { threads: 1, methods: [meanGrey] })
    const { threshold, verdict } = await inspector.inspect(photo)
    expect(threshold).toBe(inspector.card.threshold?.value)
    expect(verdict).not.toBeNull()
    await inspector.close()
  })

  it('keeps images of its own training alone', async () => {
    const [one, other] = [0, 1].map((fold) => {
      const text = readFileSync(join(run, `models/fold-${fold}/model.json`), 'utf8')
      return JSON.parse(text) as ModelCard
    })
    const names = ({ fixtures }: ModelCard): string[] => fixtures.map(({ image }) => image)
    expect(names(one!)).toHaveLength(one!.trained.images)
    expect(names(one!)).not.toEqual(names(other!))
    expect(one!.reference?.images).toBe(one!.trained.images)
  })

  it('shares the weights with the other folds on disk', () => {
    const inodes = [0, 1].map((fold) => statSync(join(run, `models/fold-${fold}/weights.safetensors`)).ino)
    expect(new Set(inodes).size).toBe(1)
  })
})
