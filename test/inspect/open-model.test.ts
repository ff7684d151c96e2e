/** From a model folder to a warm inspector, with the program's detectors and with one's own. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createVision } from '../../src/backbone/create-vision.ts'
import { resolveBackbone } from '../../src/backbone/resolve-weights.ts'
import { saveModel } from '../../src/detector/model-folder.ts'
import { patchcore } from '../../src/detector/patchcore/patchcore.ts'
import { ModelError, UsageError } from '../../src/errors.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import type { ModelInspector } from '../../src/inspect/open-model.ts'
import { openModel } from '../../src/inspect/open-model.ts'
import { createRandom } from '../../src/math/random.ts'
import { quietTask } from '../../src/task.ts'
import { stripes } from '../../src/testing/striped-image.ts'
import { modelFacts } from '../helpers/model-card.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { fakeDetector, meanGrey } from './fake-detector.ts'

const machine = { device: 'cpu', threads: 1 }
const folder = temporaryFolder()
const model = join(folder, 'model')
const card = {
  ...modelFacts(),
  detector: { id: 'patchcore', version: patchcore.version, options: {} },
  backbone: { id: 'filterbank', weights: 'embedded' },
  input: { width: 64, height: 64, fit: 'pad' },
  threshold: {
    policy: 'youden',
    value: 10,
    review: 5,
    guarantee: 'none',
    level: 'image',
    partScore: 'max',
    nominal: 1,
    anomalous: 1,
    source: 'this test',
  },
  mapScale: { low: 0, high: 1 },
  trained: { images: 6, fingerprint: '', seed: 0 },
} as const
const ofMeanGrey = { ...card, detector: { id: 'mean-grey', version: 1, options: {} } }

let inspector: ModelInspector
beforeAll(async () => {
  const backbone = await resolveBackbone({ backbone: 'filterbank', weightsFolders: [] }, quietTask)
  const vision = createVision({
    size: { width: 64, height: 64 },
    fit: 'pad',
    backbone,
    cacheFolder: null,
    ...machine,
  })
  const samples = Array.from({ length: 6 }, (_, i) => ({ path: `train ${i}`, picture: stripes(i, false) }))
  const options = patchcore.options.parse({ bankSize: 64 })
  const detector = await patchcore.fit(
    { samples, vision, random: createRandom(0, 'test'), task: quietTask, ...machine },
    options,
  )
  await saveModel(model, card, detector.save())
  await detector.close()
  await vision.close()
  inspector = await openModel(model, machine)
})
afterAll(() => inspector.close())

const refused = (opening: Promise<unknown>): Promise<unknown> =>
  opening.then(
    () => 'opened',
    (error: unknown) => error,
  )

describe('openModel', () => {
  it('gives the same score for a path, bytes and pixels, one by one and together', async () => {
    const images = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((seed) => stripes(100 + seed, seed % 2 === 0, 80, 48))
    const bytes = await Promise.all(images.map((image) => encodePng(image)))
    const paths = images.map((_, i) => join(folder, `${i}.png`))
    await Promise.all(paths.map((path, i) => writeFile(path, bytes[i]!)))
    const scores: number[] = []
    for (const image of images) scores.push((await inspector.inspect(image)).score)
    expect(new Set(scores).size).toBe(9)
    for (const sources of [images, bytes, paths]) {
      const together: number[] = []
      for await (const outcome of inspector.inspectMany(sources)) {
        if (!outcome.ok) throw new Error(outcome.error)
        together.push(outcome.value.score)
        expect(outcome.value.frame.content).toEqual({ x: 0, y: 13, width: 64, height: 38 })
      }
      for (const [i, score] of together.entries()) expect(score).toBeCloseTo(scores[i]!, 5)
    }
    expect((await inspector.inspect(bytes[0]!)).score).toBe(scores[0])
    expect((await inspector.inspect(paths[0]!)).score).toBe(scores[0])
  })

  it('decides as the card says, or by a threshold that is named', async () => {
    const { score, threshold, review } = await inspector.inspect(stripes(1, true))
    expect({ threshold, review }).toEqual({ threshold: 10, review: 5 })
    expect(await inspector.inspect(stripes(1, true), { threshold: score })).toMatchObject({
      verdict: 'anomalous',
      review: null,
    })
  })

  it('opens detectors of ones own, when it is given them', async () => {
    const own = join(folder, 'own')
    await saveModel(own, ofMeanGrey, fakeDetector(100).save())
    const opened = await openModel(own, { ...machine, methods: [meanGrey] })
    const grey = { width: 2, height: 2, data: new Uint8Array(12).fill(7) }
    expect(await opened.inspect(grey)).toMatchObject({ score: 107, verdict: 'anomalous' })
    await opened.close()
    const error = await refused(openModel(own, machine))
    expect(error).toBeInstanceOf(UsageError)
    expect(String(error)).toContain('mean-grey')
  })

  it('opens a fold of a run that kept its models, and says what else would be needed', async () => {
    const run = join(folder, 'run')
    await saveModel(join(run, 'models/fold-2'), ofMeanGrey, fakeDetector().save())
    const opened = await openModel({ run, fold: 2 }, { ...machine, methods: [meanGrey] })
    expect(opened.card.detector.id).toBe('mean-grey')
    await opened.close()
    const error = await refused(openModel({ run, fold: 0 }, machine))
    expect(error).toBeInstanceOf(ModelError)
    expect(String(error)).toContain('--keep-models')
  })

  it('refuses a model of another version of its detector, other weights, and an altered file', async () => {
    const own = join(folder, 'other')
    await saveModel(own, ofMeanGrey, fakeDetector().save())
    const newer = { ...meanGrey, version: 2 }
    expect(String(await refused(openModel(own, { methods: [newer] })))).toContain('version 1 of mean-grey')
    await writeFile(join(own, 'mean.bin'), 'mean-grey 7\n')
    expect(await refused(openModel(own, { methods: [meanGrey] }))).toBeInstanceOf(ModelError)
    await saveModel(
      own,
      { ...ofMeanGrey, backbone: { id: 'filterbank', weights: 'sha256:0' } },
      fakeDetector().save(),
    )
    expect(String(await refused(openModel(own, { methods: [meanGrey] })))).toContain('with weights sha256:0')
    const elsewhere = await refused(openModel(own, { methods: [meanGrey], weights: folder }))
    expect(String(elsewhere)).toContain('weights sha256:0, but those in')
    expect(JSON.parse(await readFile(join(own, 'model.json'), 'utf8'))).toMatchObject({
      detector: { version: 1 },
    })
  })
})
