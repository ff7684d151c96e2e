/** A model trained from a run: its options, a threshold of parts where it judged parts, and the figures of its folds. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { InputError, UsageError } from '../../../src/errors.ts'
import { createChooser } from '../../../src/evaluate/thresholds/choose-threshold.ts'
import { encodePng } from '../../../src/image/encode-image.ts'
import { openModel } from '../../../src/inspect/open-model.ts'
import { evaluateDataset, predictImages, trainModel } from '../../../src/pipeline.ts'
import { quietTask } from '../../../src/task.ts'
import { stripes } from '../../../src/testing/striped-image.ts'
import type { Evaluation } from '../../../src/wire/evaluation.ts'
import type { ModelCard } from '../../../src/wire/model.ts'
import { plumbline, write } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { meanGrey } from '../../inspect/fake-detector.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
const run = join(folder, 'run')
const model = join(folder, 'model')
const here = { threads: 1, cache: null } as const
const partPattern = '(p\\d+)-'
const methods = [meanGrey]
let evaluation: Evaluation
let card: ModelCard
const photographs = (kind: string): string[] =>
  readdirSync(join(data, kind))
    .sort()
    .map((name) => join(data, kind, name))

beforeAll(async () => {
  for (let part = 0; part < 36; part++) {
    for (const view of [0, 1]) {
      const isGood = part < 24
      const image = stripes(2 * part + view, !isGood, 32, 32)
      write(join(data, isGood ? 'good' : 'spot', `p${part}-${view}.png`), await encodePng(image))
    }
  }
  evaluation = await evaluateDataset({
    ...{ ...here, dataset: data, out: run, detector: meanGrey, detectorOptions: { offset: 3 } },
    ...{ backbone: 'filterbank', size: { width: 32, height: 32 }, partPattern, partScore: 'mean' },
    ...{ folds: 2, keepModels: true, prevalence: 0.02, seed: 5 },
  })
  card = await trainModel({ ...here, fromRun: run, out: model }, quietTask, methods)
}, 120_000)

describe('train --from-run', () => {
  it('takes the options of the run, and every nominal image', () => {
    expect(card.detector.options).toEqual({ offset: 3 })
    expect(card.trained).toEqual({ images: 48, fingerprint: evaluation.dataset.fingerprint, seed: 5 })
    expect(card.input).toEqual({ width: 32, height: 32, fit: 'pad' })
  })

  it('chooses the threshold on scores of parts, where the run judged parts', async () => {
    expect(card.threshold).toMatchObject({ level: 'part', partScore: 'mean', nominal: 24, anomalous: 12 })
    const inspector = await openModel(model, { ...here, methods })
    const score = async (path: string): Promise<number> => (await inspector.inspect(path)).score
    const partScores: number[] = []
    const images = [...photographs('good'), ...photographs('spot')]
    for (let i = 0; i < images.length; i += 2) {
      const [a, b] = [await score(images[i]!), await score(images[i + 1]!)]
      partScores.push(([a, b].sort((x, y) => y - x)[0]! + Math.min(a, b)) / 2)
    }
    const settings = { policy: 'youden', alpha: 0.05, delta: 0.05, sigmaK: 3, reviewEscape: null } as const
    const choose = createChooser(settings, { costEscape: 1, costOverkill: 1, prevalence: 0.02 })
    const labels = Uint8Array.from({ length: 36 }, (_, i) => (i < 24 ? 0 : 1))
    // The fake detector learns nothing: models of the shares score as the whole one does.
    expect(card.threshold?.value).toBeCloseTo(choose(Float64Array.from(partScores), labels).threshold, 10)
    await inspector.close()
  })

  it("carries the figures of the folds' parts, what they hold for, and what speaks against them", () => {
    const { part } = evaluation.metrics
    const { evaluated } = card
    expect(evaluated).toMatchObject({ run, folds: 2, level: 'part' })
    expect(evaluated!.figures.escapeRate).toEqual({ mean: part!.escapeRate.mean, ci: part!.escapeRate.ci })
    expect(evaluated!.figures.auroc.mean).toBe(part!.auroc.mean)
    const { per1000, holdsFor, findings } = evaluated!
    expect(per1000).toMatchObject({ prevalence: 0.02, prevalenceStated: true })
    expect(per1000.rejected.mean).toBeCloseTo(980 * part!.overkillRate.mean!, 9)
    expect(per1000.escapes.ci[1]).toBeCloseTo(20 * part!.escapeRate.ci[1]!, 9)
    expect(holdsFor.join(' ')).toContain('48 nominal and 24 anomalous images of 36 parts')
    const grave = evaluation.findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id)
    expect(findings.map(({ id }) => id)).toEqual(grave)
  })

  it('judges several images of a part as one, by the rule in the card', async () => {
    const inspector = await openModel(model, { ...here, methods })
    const images = photographs('spot').slice(0, 2)
    const [a, b] = [await inspector.inspect(images[0]!), await inspector.inspect(images[1]!)]
    const part = await inspector.inspectPart(images)
    expect(part.score).toBeCloseTo((a.score + b.score) / 2, 10)
    expect(part.verdict).toBe(part.score >= card.threshold!.value ? 'anomalous' : 'nominal')
    expect(part.images.map(({ score }) => score)).toEqual([a.score, b.score])
    await expect(inspector.inspectPart([...images, 'nowhere.png'])).rejects.toThrow(InputError)
    await expect(inspector.inspectPart([])).rejects.toThrow(UsageError)
    await inspector.close()
  })

  it('is predicted with verdicts on parts; a part with an image that cannot be read has none', async () => {
    const broken = write(join(folder, 'p99-0.png'), 'no picture')
    const images = [...photographs('spot').slice(0, 4), broken]
    const { parts } = await predictImages({ ...here, model, images, partPattern }, quietTask, methods)
    expect(parts).toMatchObject([
      { part: 'p24', ok: true, images: 2, threshold: card.threshold!.value },
      { part: 'p25', ok: true, images: 2 },
      { part: 'p99', ok: false, images: 1, error: '1 of its 1 images could not be judged' },
    ])
    const none = { ...here, model, images, partPattern: '(no such part)' }
    await expect(predictImages(none, quietTask, methods)).rejects.toThrow('matches none of 5 images')
  })

  it('is predicted with regions above the level in the card, or another', async () => {
    const asked = { ...here, model, images: photographs('spot').slice(0, 3) }
    const regionsOf = async (more: object) => {
      const { images } = await predictImages({ ...asked, ...more }, quietTask, methods)
      return images.map((image) => (image.ok ? image.regions! : []))
    }
    const peaks = (await regionsOf({ regionLevel: -1000 })).map(([first]) => first)
    // Everything is above so low a level: one region, the whole photograph.
    expect(peaks).toMatchObject(peaks.map(() => ({ box: [0, 0, 32, 32], area: 1024 })))
    expect(await regionsOf({ regionLevel: 1e6 })).toEqual([[], [], []])
    expect(await regionsOf({ regionLevel: -1000, minArea: 1025 })).toEqual([[], [], []])
    const [[region] = []] = await regionsOf({ regionLevel: -1000, mmPerPixel: 0.5 })
    expect(region!.areaMm2).toBe(256)
    const own = await regionsOf({})
    expect(own).toEqual(await regionsOf({ regionLevel: card.regions!.level }))
    for (const { peak } of own.flat()) expect(peak).toBeGreaterThanOrEqual(card.regions!.level)
    expect(card.regions!.images).toBe(48)
  })

  it("refuses options of the run's own, another dataset, and nothing at all", async () => {
    const asked = { ...here, fromRun: run, out: join(folder, 'x') }
    await expect(trainModel({ ...asked, seed: 7 }, quietTask, methods)).rejects.toThrow(UsageError)
    await expect(trainModel({ ...here, out: join(folder, 'x') })).rejects.toThrow('DATASET is required')
    const other = join(folder, 'other')
    for (const path of [...photographs('good'), ...photographs('spot').slice(2)])
      write(path.replace(data, other), readFileSync(path))
    const moved = trainModel({ ...asked, dataset: other }, quietTask, methods)
    await expect(moved).rejects.toThrow(InputError)
    await expect(moved).rejects.toThrow('is not the dataset')
  })
})

describe('the models of its folds', () => {
  it('have thresholds of parts and the figures of the run too', async () => {
    const path = join(run, 'models/fold-1/model.json')
    const kept = JSON.parse(readFileSync(path, 'utf8')) as ModelCard
    expect(kept.threshold).toMatchObject({ level: 'part', partScore: 'mean' })
    expect(kept.evaluated).toEqual(card.evaluated)
    expect(kept.regions!.level).toBeGreaterThan(0)
  })
})

describe('model show', () => {
  const show = (at: string, ...more: string[]) => plumbline(folder, ['model', 'show', at, ...more])

  it('prints what it is, what was found in the folds, and for what that holds', async () => {
    const { code, out } = await show(model)
    expect(code).toBe(0)
    const words = out.replace(/\s+/g, ' ')
    expect(words).toContain('Figures of the folds')
    expect(words).toContain('36 parts')
    expect(words).toContain(card.evaluated!.verdict)
    expect((await show(model, '--json')).json()).toEqual(JSON.parse(JSON.stringify(card)))
  })

  it('writes the same as a page, names from outside escaped', async () => {
    const page = join(folder, 'card.html')
    const cardPath = join(model, 'model.json')
    const before = readFileSync(cardPath, 'utf8')
    writeFileSync(cardPath, before.replace('Parts and photographs', '<script>alert(1)</script>'))
    expect((await show(model, '--report', page)).code).toBe(0)
    writeFileSync(cardPath, before)
    const html = readFileSync(page, 'utf8')
    expect(html).toContain('What the figures hold for')
    expect(html).not.toContain('<script>alert')
    expect(html).toContain('&lt;script&gt;alert')
  })

  it('says of a model that nobody evaluated that nobody did', async () => {
    const plain = join(folder, 'plain')
    const own = { detector: meanGrey, backbone: 'filterbank', size: { width: 32, height: 32 } }
    const trained = await trainModel({ ...here, ...own, dataset: data, out: plain })
    expect(trained.evaluated).toBeNull()
    const page = join(folder, 'plain.html')
    const { out } = await show(plain, '--report', page)
    expect(out.replace(/\s+/g, ' ')).toContain('has not been evaluated')
    expect(readFileSync(page, 'utf8')).toContain('Not evaluated')
  })
})
