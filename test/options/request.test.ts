import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { thisMachine } from '../../src/backbone/weights-folder.ts'
import { patchcore } from '../../src/detector/patchcore/patchcore.ts'
import { InputError, UsageError } from '../../src/errors.ts'
import { decisiveConfig, fromConfig, toConfig } from '../../src/options/config-file.ts'
import { makeRequest, recorded } from '../../src/options/request.ts'
import { type EvaluateOptions, evaluateAsk } from '../../src/options/requests/evaluate.ts'
import { prepareAsk, preparingOf } from '../../src/options/requests/prepare.ts'
import { simulateAsk } from '../../src/options/requests/simulate.ts'

let dataset = ''
beforeAll(() => {
  dataset = mkdtempSync(join(tmpdir(), 'plumbline-options-'))
})
afterAll(() => rmSync(dataset, { recursive: true, force: true }))

const evaluate = (more: Partial<EvaluateOptions> = {}) =>
  makeRequest(evaluateAsk, { dataset, out: join(dataset, 'run'), ...more })

async function mistakes(asked: Promise<unknown>): Promise<string[]> {
  const error = await asked.then(
    () => null,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(UsageError)
  return (error as Error).message.split('\n')
}

describe('a request of the library', () => {
  it('has every default, the machine’s too, and says who asked', async () => {
    const request = await evaluate()
    expect(request).toMatchObject({
      layout: 'auto',
      partPattern: null,
      detector: 'patchcore',
      detectorOptions: {},
      size: null,
      folds: 5,
      minTrain: 0.5,
      threshold: 'youden',
      alpha: 0.05,
      prevalence: null,
      keepModels: false,
      threads: availableParallelism(),
      command: 'evaluateDataset',
    })
    expect(Math.abs(Date.parse(request.createdAt) - Date.now())).toBeLessThan(60_000)
    expect(Object.keys(request).sort()).toEqual(
      [...Object.keys(evaluateAsk.options), 'createdAt', 'command'].sort(),
    )
  })

  it('passes unchanged a second time, and as a copy', async () => {
    const said = { threshold: 'sigma', sigmaK: 2, size: { width: 64, height: 48 }, cache: null } as const
    const request = await evaluate(said)
    expect(await makeRequest(evaluateAsk, request)).toBe(request)
    expect(await makeRequest(evaluateAsk, { ...request })).toEqual(request)
  })

  it('makes paths absolute, and takes what a configuration file may say', async () => {
    const request = await evaluate({ out: 'run', cache: 'kept', size: '64x48' as never })
    expect(request.out).toBe(join(process.cwd(), 'run'))
    expect(request.cache).toBe(join(process.cwd(), 'kept'))
    expect(request.size).toEqual({ width: 64, height: 48 })
  })

  it('tells all mistakes at once, by the names of the library', async () => {
    const wrong = {
      foldz: 3,
      minTrain: 1,
      layout: 'mvtek',
      threads: '2',
      partPattern: 'abc',
      size: { width: 1, height: 64 },
    } as unknown as EvaluateOptions
    expect(await mistakes(makeRequest(evaluateAsk, wrong))).toEqual([
      'evaluateDataset: unknown option foldz; did you mean folds?',
      'evaluateDataset: minTrain: expected a number between 0 and 1 (both excluded), got 1',
      expect.stringMatching(
        /^evaluateDataset: layout: expected auto, mvtec, .*, got "mvtek"; did you mean mvtec\?$/,
      ),
      'evaluateDataset: threads: expected a whole number from 1 to 1024, got "2"',
      'evaluateDataset: partPattern: expected a group in parentheses that captures the part id, got "abc"',
      'evaluateDataset: size: expected N or WxH in pixels, 8 to 4096 each, got {"width":1,"height":64}',
      'evaluateDataset: out is required',
      'evaluateDataset: dataset is required: Folder of images, or a manifest file.',
    ])
  })

  it.each<[Partial<EvaluateOptions>, string]>([
    [{ delta: 0.1 }, 'delta has no effect with threshold youden (only neyman-pearson)'],
    [{ threshold: 'conformal', sigmaK: 2 }, 'sigmaK has no effect with threshold conformal (only sigma)'],
    [{ store: '/shared' }, 'store has no effect without queue'],
    [{ whenStopped: 'withdraw' }, 'whenStopped has no effect without queue'],
    [{ draws: 4 }, 'draws has no effect without shots'],
    [{ thresholdFrom: 'support' }, 'thresholdFrom has no effect without shots'],
  ])('refuses what has no effect: %j', async (more, message) => {
    expect(await mistakes(evaluate(more))).toEqual([`evaluateDataset: ${message}`])
  })

  it('takes what has an effect with another option, whatever that says', async () => {
    const [queue, store] = ['redis://me:secret@queue', '/shared']
    expect(await evaluate({ queue, store, shots: [5], draws: 4 })).toMatchObject({ queue, store, draws: 4 })
  })

  it('refuses settings that the detector does not have', async () => {
    expect((await mistakes(evaluate({ detectorOptions: { bankSise: 3 } })))[0]).toContain(
      'unknown setting bankSise; did you mean bankSize?',
    )
  })

  it('takes a detector of the caller’s own, and writes down its name', async () => {
    const { id: _, ...rest } = patchcore
    const own = { ...rest, id: 'mine' }
    const request = await evaluate({ detector: own, detectorOptions: { bankSize: 8 } })
    expect(request.detector).toBe(own)
    expect(toConfig(evaluateAsk.options, request).detector).toBe('mine')
    expect(await mistakes(evaluate({ detector: own, detectorOptions: { bankSize: 0 } }))).toHaveLength(1)
    expect((await mistakes(evaluate({ detector: {} as never })))[0]).toContain('expected patchcore, ')
  })

  it.each<[Partial<EvaluateOptions>, string]>([
    [{ dataset: '/nowhere' }, '/nowhere: no such file or folder'],
    [{ weights: '/nowhere' }, '/nowhere: no such folder of weights'],
  ])('looks for what must be there: %j', async (more, message) => {
    await expect(evaluate(more)).rejects.toThrow(InputError)
    await expect(evaluate(more)).rejects.toThrow(message)
  })

  it('takes undefined and null for what was not said', async () => {
    const request = await evaluate({ folds: undefined, partPattern: null, prevalence: null })
    expect(request).toMatchObject({ folds: 5, partPattern: null, prevalence: null })
  })

  it('takes values with a notation as values or written', async () => {
    const asked = { dataset, out: join(dataset, 'out'), center: true }
    const written = await makeRequest(prepareAsk, { ...asked, blank: '#ff0080' as never })
    const meant = await makeRequest(prepareAsk, { ...asked, blank: [255, 0, 128] })
    expect(written.blank).toEqual(meant.blank)
    expect(preparingOf(meant)).toMatchObject({ blank: [255, 0, 128], center: true })
    expect(await mistakes(makeRequest(prepareAsk, { ...asked, blank: [1, 2, 300] }))).toEqual([
      'prepareDataset: blank: expected text, got [1,2,300]',
    ])
    const forged = await makeRequest(simulateAsk, { out: dataset, angles: [-5, 5], defects: ['dent'] })
    expect(forged).toMatchObject({ angles: [-5, 5], defects: ['dent'], size: { width: 200, height: 267 } })
  })
})

describe('config.json', () => {
  it('leaves out what has no effect, and comes back as the same values', async () => {
    const { createdAt: _, command: __, ...values } = await evaluate({ threshold: 'sigma', cache: null })
    const config = JSON.parse(JSON.stringify(toConfig(evaluateAsk.options, values)))
    expect(config).toMatchObject({ 'sigma-k': 3, 'min-train': 0.5, cache: false, option: {}, where: null })
    expect(config).not.toHaveProperty('delta')
    expect(fromConfig(evaluateAsk.options, config, '/', thisMachine())).toEqual({ values })
  })

  it('of an older version is read: what it does not name has its default', () => {
    const old = { dataset: '/parts', out: '/run', folds: 3, threshold: 'youden', retired: true }
    const read = fromConfig(evaluateAsk.options, old, '/', thisMachine())
    expect(read).toMatchObject({
      values: { dataset: '/parts', folds: 3, minTrain: 0.5, costEscape: 1, delta: 0.05 },
    })
  })

  it('that is wrong is refused with every mistake', () => {
    const wrong = { out: '/run', folds: '3', 'min-train': 2 }
    expect(fromConfig(evaluateAsk.options, wrong, '/', thisMachine())).toEqual({
      problems: [
        'dataset: is missing',
        'folds: expected a whole number from 1 to 1000, got "3"',
        'min-train: expected a number between 0 and 1 (both excluded), got 2',
      ],
    })
  })

  it('decides about a run by all but where things lie and how fast they go', async () => {
    const request = await evaluate()
    const decisive = Object.keys(decisiveConfig(evaluateAsk.options, request))
    const all = Object.keys(toConfig(evaluateAsk.options, request))
    expect(all.filter((name) => !decisive.includes(name)).sort()).toEqual([
      'cache',
      'keep-models',
      'out',
      'queue',
      'threads',
    ])
    const shared = await evaluate({ queue: 'redis://queue', store: '/shared' })
    expect(toConfig(evaluateAsk.options, shared)).toMatchObject({ store: '/shared', 'when-stopped': 'leave' })
    expect(Object.keys(decisiveConfig(evaluateAsk.options, shared))).toEqual(decisive)
  })
})

it('records in evaluation.json what the table says', async () => {
  expect(recorded(evaluateAsk.options, await evaluate({ minTrain: 0.4 }))).toEqual({
    by: null,
    draws: 3,
    shots: null,
    folds: 5,
    scheme: 'random',
    split: 'ignored',
    thresholdFrom: 'set',
    minTrain: 0.4,
    partScore: 'max',
    costEscape: 1,
    costOverkill: 1,
  })
})
