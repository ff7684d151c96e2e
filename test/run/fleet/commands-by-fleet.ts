/** Whatever takes `--queue` gives over it what it gives on one machine. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodePng } from '../../../src/image/encode-image.ts'
import {
  checkDataset,
  diagnoseRun,
  evaluateDataset,
  rotationExperiment,
  sweepDataset,
  trainModel,
} from '../../../src/pipeline.ts'
import { sweepSchema } from '../../../src/wire/sweep.ts'
import { makeStripedDataset, write } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { lasting, type QueueOfTest, skipped, startWorker, type TestWorker } from './fleet-helpers.ts'

const home = temporaryFolder()
const store = join(home, 'store')
const quick = {
  ...{ threads: 1, backbone: 'filterbank', size: { width: 64, height: 64 } },
  ...{ detectorOptions: { bankSize: 64 }, cache: join(home, 'cache') },
}
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [path.slice(folder.length), readFileSync(path).toString('base64')] as const)

export type CommandName =
  | 'broken'
  | 'budget'
  | 'train'
  | 'check'
  | 'diagnose'
  | 'experiment'
  | 'sweep'
  | 'views'
  | 'textures'

export function describeCommands(queue: QueueOfTest, asked: readonly CommandName[]): void {
  const { name, missing, start } = queue
  describe.skipIf(missing !== null)(`over ${name}${skipped(queue)}`, () => {
    let dataset = ''
    let server: Awaited<ReturnType<typeof start>>
    let workers: TestWorker[] = []
    let shared: { queue: string; store: string }
    const heard = new Map<TestWorker, number>()
    /** What workers have done since it was last asked. */
    const labels = (): string => {
      const fresh = workers.flatMap((worker) => {
        const from = heard.get(worker) ?? 0
        heard.set(worker, worker.notes.length)
        return worker.notes.slice(from)
      })
      return fresh.filter((note) => / done in /.test(note)).join('\n')
    }
    const test = (command: CommandName, words: string, body: () => Promise<void>): void => {
      if (asked.includes(command)) it(words, body, 240_000)
    }

    beforeAll(async () => {
      dataset = await makeStripedDataset({ nominal: 44, anomalous: 22 })
      server = await start()
      shared = { queue: server.url, store }
      // Nobody is killed here: a lock that runs out on a busy machine would count a step twice.
      const unhurried = { lockSeconds: 300 }
      workers = [0, 1].map(() => startWorker(server.url, store, unhurried))
    }, 60_000)
    afterAll(async () => {
      for (const worker of workers) await worker.stop()
      await server?.stop()
    })

    test('train', 'train gives the same model', async () => {
      const [here, there] = [join(home, 'model'), join(home, 'model-by-queue')]
      await trainModel({ ...quick, dataset, out: here })
      await trainModel({ ...quick, dataset, out: there, ...shared })
      const cardOf = (folder: string) => {
        const { createdAt: _, ...card } = json(join(folder, 'model.json'))
        return card
      }
      expect(cardOf(there)).toEqual(cardOf(here))
      const others = (folder: string) => filesOf(folder).filter(([file]) => file.endsWith('.bin'))
      expect(others(there)).toEqual(others(here))
      expect(others(here).length).toBeGreaterThan(0)
      const done = labels()
      for (let share = 1; share <= 5; share++) expect(done).toContain(`share ${share}: done`)
      expect(done).toContain('the whole model: done')
    })

    test('check', 'check finds the same', async () => {
      const here = await checkDataset({ dataset, ...quick, detectorOptions: undefined } as never)
      const there = await checkDataset({ dataset, ...quick, detectorOptions: undefined, ...shared } as never)
      expect(there.report).toEqual(here.report)
      expect(there.pictures).toEqual(here.pictures)
      expect(labels()).toContain('share 3: done')
    })

    test('diagnose', 'diagnose answers the same, of a model that is fitted again', async () => {
      const run = join(home, 'diagnosed')
      await evaluateDataset({ ...quick, dataset, out: run, folds: 2 })
      const { cache, threads } = quick
      const { createdAt: _, ...here } = await diagnoseRun({ run, cache, threads, images: 8 })
      const { createdAt: __, ...there } = await diagnoseRun({ run, threads, images: 8, ...shared })
      expect(there).toEqual(here)
      expect(labels()).toMatch(/fold 1: fit: done[\s\S]*robustness\.\w+: done/)
    })

    test('experiment', 'experiment gives the same figures', async () => {
      const options = { ...quick, dataset, folds: 2 }
      const ofRun = ({ createdAt, command, ...rest }: Awaited<ReturnType<typeof rotationExperiment>>) => rest
      const here = await rotationExperiment({ ...options, out: join(home, 'turned') })
      const there = await rotationExperiment({ ...options, out: join(home, 'turned-by-queue'), ...shared })
      const plain = (value: unknown) => JSON.stringify(value).replaceAll('turned-by-queue', 'turned')
      expect(plain(ofRun(there))).toBe(plain(ofRun(here)))
      expect(labels()).toContain('fold 2/2: judge: done')
    })

    test('sweep', 'two sweeps of one grid give what one machine gives, and share every step', async () => {
      const grid = write(
        join(home, 'grid.yaml'),
        `dataset: ${dataset}
detectors:
  - { id: patchcore, name: small, options: { bankSize: 16 } }
  - { id: patchcore, name: large, options: { bankSize: 64 } }
backbones: [filterbank]
sizes: [32]
evaluate: { folds: 2 }
`,
      )
      const outs = ['swept', 'swept-by-queue', 'swept-by-another'].map((name) => join(home, name))
      const [here = '', ...there] = outs
      const { cache, threads } = quick
      await sweepDataset({ grid, out: here, cache, threads })
      labels()
      await Promise.all(there.map((out) => sweepDataset({ grid, out, threads, ...shared })))
      // For two cells: two shards of features, which they share; a fit and a judgement for each fold.
      expect(labels().split('\n')).toHaveLength(2 + 2 * 2 * 2)
      const results = (out: string) => {
        const {
          createdAt: _,
          command: __,
          seconds: ___,
          cells,
          ...rest
        } = sweepSchema.parse(json(join(out, 'sweep.json')))
        return { ...rest, cells: cells.map((cell) => ({ ...cell, seconds: null })) }
      }
      const evaluations = (out: string) =>
        results(out).cells.map((cell) => lasting(json(join(out, 'runs', cell.name, 'evaluation.json'))))
      for (const out of there) {
        expect(results(out)).toEqual(results(here))
        expect(evaluations(out)).toEqual(evaluations(here))
      }
    })

    test('views', 'evaluate looks at tiles and at a region of interest', async () => {
      const data = new Uint8Array(64 * 64).fill(255, 0, 48 * 64)
      const roi = write(join(home, 'roi.png'), await encodePng({ width: 64, height: 64, data }))
      const views = {
        roi: { roi },
        both: { roi, tiles: { width: 48, height: 48 } },
      }
      for (const [view, chosen] of Object.entries(views)) {
        const options = { ...quick, dataset, folds: 2, keepModels: true, ...chosen }
        const here = await evaluateDataset({ ...options, out: join(home, `${view}-here`) })
        const there = await evaluateDataset({ ...options, out: join(home, `${view}-there`), ...shared })
        expect(lasting(there)).toBe(lasting(here))
        expect(filesOf(join(home, `${view}-there/maps/fold-0`))).toEqual(
          filesOf(join(home, `${view}-here/maps/fold-0`)),
        )
        const input = (of: string) => json(join(home, `${view}-${of}/models/fold-1/model.json`)).input
        expect(input('there')).toEqual(input('here'))
      }
      expect(labels()).toContain('fold 2/2: judge: done')
    })

    test('broken', 'evaluate names every image that cannot be read, two of one content too', async () => {
      const damaged = await makeStripedDataset({ nominal: 44, anomalous: 22, masks: false })
      const [one, two] = ['good/broken-1.png', 'good/broken-2.png'].map((name) =>
        write(join(damaged, name), 'no picture'),
      )
      const options = { ...quick, dataset: damaged, folds: 2 }
      const here = await evaluateDataset({ ...options, out: join(home, 'broken-here') })
      const there = await evaluateDataset({ ...options, out: join(home, 'broken-there'), ...shared })
      expect(lasting(there)).toBe(lasting(here))
      expect(there.dataset.failures.map(({ path }) => path)).toEqual([one, two])
    })

    test('textures', 'evaluate trains GLASS on textures of one’s own', async () => {
      const textures = join(home, 'textures')
      for (let i = 0; i < 3; i++) {
        const data = Uint8Array.from({ length: 64 * 64 }, (_, at) => (at * (i + 3)) & 255)
        write(join(textures, `of/${i}.png`), await encodePng({ width: 64, height: 64, data }))
      }
      const detectorOptions = {
        textures,
        steps: 6,
        rows: 64,
        augmentedRows: 32,
        augmentedImages: 8,
        hidden: 32,
        poolSize: 512,
      }
      const options = { ...quick, detector: 'glass', detectorOptions, dataset, folds: 2, keepModels: true }
      const here = await evaluateDataset({ ...options, out: join(home, 'glass-here') })
      const there = await evaluateDataset({ ...options, out: join(home, 'glass-there'), ...shared })
      expect(lasting(there)).toBe(lasting(here))
      const card = json(join(home, 'glass-there/models/fold-0/model.json'))
      expect(card.detector.options.textures).toBe(textures)
    })

    test('budget', 'what exceeds the budget of the features is worked out as it is asked for', async () => {
      const before = process.env.PLUMBLINE_CACHE_BYTES
      const narrow = join(home, 'narrow-store')
      process.env.PLUMBLINE_CACHE_BYTES = '200000'
      const worker = startWorker(server.url, narrow)
      try {
        const options = { ...quick, dataset, folds: 2 }
        const here = await evaluateDataset({
          ...options,
          cache: join(home, 'narrow'),
          out: join(home, 'narrow-here'),
        })
        for (const other of workers) await other.stop() // they have another store
        const there = await evaluateDataset({
          ...{ ...options, out: join(home, 'narrow-there'), queue: server.url, store: narrow },
        })
        process.env.PLUMBLINE_CACHE_BYTES = '20000000'
        const wide = await evaluateDataset({
          ...options,
          cache: join(home, 'wide'),
          out: join(home, 'wide-here'),
        })
        expect(lasting(here)).toBe(lasting(wide))
        expect(lasting(there)).toBe(lasting(wide))
        const bytes = (folder: string) =>
          filesOf(folder).reduce((sum, [, text]) => sum + (text.length * 3) / 4, 0)
        expect(bytes(join(home, 'wide'))).toBeGreaterThan(400_000)
        expect(bytes(join(home, 'narrow'))).toBeLessThan(200_000)
        expect(bytes(join(narrow, 'features'))).toBeLessThan(210_000)
        expect(bytes(join(narrow, 'features'))).toBeGreaterThan(50_000)
      } finally {
        if (before === undefined) delete process.env.PLUMBLINE_CACHE_BYTES
        else process.env.PLUMBLINE_CACHE_BYTES = before
        await worker.stop()
        workers = []
      }
    })
  })
}
