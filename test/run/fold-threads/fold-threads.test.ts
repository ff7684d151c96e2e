/** Folds side by side on threads: the bytes of one thread alone, whatever comes between. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it, vi } from 'vitest'
import { CancelledError, ModelError } from '../../../src/errors.ts'
import type { EvaluateOptions } from '../../../src/options/requests/evaluate.ts'
import { evaluateDataset } from '../../../src/pipeline.ts'
import { lookedTogether } from '../../../src/run/fold-threads/fold-threads.ts'
import { openPlannedVision } from '../../../src/run/fold-threads/vision-plan.ts'
import { quietTask, type Task } from '../../../src/task.ts'
import { makeStripedDataset } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const home = temporaryFolder()
const single = join(home, 'single')
let options: Omit<EvaluateOptions, 'out'>

const read = (run: string, file: string): string => readFileSync(join(run, file), 'utf8')
const files = (run: string, folder: string): Map<string, string> =>
  new Map(
    readdirSync(join(run, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'model.json') // it says when
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(run.length), readFileSync(path).toString('base64')] as const)
      .sort(),
  )

function expectSame(run: string): void {
  expect(read(run, 'scores.csv')).toBe(read(single, 'scores.csv'))
  for (const folder of ['maps', 'models']) expect(files(run, folder)).toEqual(files(single, folder))
  const [one, other] = [single, run].map((each) => JSON.parse(read(each, 'evaluation.json')))
  for (const part of ['dataset', 'metrics', 'naive', 'subgroups', 'findings']) {
    expect(other[part]).toEqual(one[part])
  }
  const figures = ({ folds }: typeof one) => folds.map(({ seconds: _, ...rest }: { seconds: object }) => rest)
  expect(figures(other)).toEqual(figures(one))
}

beforeAll(async () => {
  options = {
    ...{ dataset: await makeStripedDataset(), folds: 3, threads: 1, keepModels: true },
    ...{ backbone: 'filterbank', size: { width: 64, height: 64 }, detectorOptions: { bankSize: 64 } },
    cache: join(home, 'cache'),
  }
  await evaluateDataset({ ...options, out: single })
}, 180_000)

it.each([
  ['with a cache of its own', { threads: 2, cache: join(home, 'cold') }],
  ['without a cache', { threads: 2, cache: null }],
  ['with more threads than folds', { threads: 7, cache: join(home, 'cold') }],
])(
  'give what one thread gives: %s',
  async (name, more) => {
    const run = join(home, name)
    await evaluateDataset({ ...options, ...more, out: run })
    expectSame(run)
  },
  180_000,
)

it('keep their cache below its limit together', async () => {
  const bytesOf = (folder: string): number =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
  const limit = bytesOf(options.cache as string) / 2
  const cache = join(home, 'small')
  vi.stubEnv('PLUMBLINE_CACHE_BYTES', String(limit))
  try {
    const run = join(home, 'limited')
    await evaluateDataset({ ...options, threads: 3, cache, out: run })
    expectSame(run)
  } finally {
    vi.unstubAllEnvs()
  }
  expect(bytesOf(cache)).toBeLessThan(1.2 * limit)
}, 180_000)

it('stop when told, and go on where they stopped', async () => {
  const run = join(home, 'stopped')
  const stop = new AbortController()
  const task: Task = {
    ...quietTask,
    signal: stop.signal,
    progress: (label) => ({
      update() {
        if (label === 'fold 1/3: inference') stop.abort()
      },
      end() {},
    }),
  }
  await expect(evaluateDataset({ ...options, threads: 2, out: run }, task)).rejects.toBeInstanceOf(
    CancelledError,
  )
  await evaluateDataset({ ...options, threads: 2, out: run })
  expectSame(run)
}, 180_000)

it('refuse weights that are no longer those the run began with', async () => {
  const size = { width: 64, height: 64 }
  const visionPlan = {
    backbone: { id: 'plumb-s', weights: `sha256:${'0'.repeat(64)}` },
    weightsFolder: home,
    vision: { size, fit: 'pad', cacheFolder: null, device: 'cpu', threads: 1 } as const,
    fitsAtOnce: 1,
    view: null,
  }
  await expect(openPlannedVision(visionPlan, quietTask)).rejects.toThrow(ModelError)
})

it.each([
  [1344, 2, 8, 64],
  [100, 2, 8, 32],
  [100, 4, 8, 16],
  [9, 2, 8, 8],
  [1, 2, 8, 8],
  [1000, 2, 5, 60],
  [10, 2, 1, 3],
])('%i images on %i threads, %i to a run, are looked at %i together', (images, threads, batch, together) => {
  expect(lookedTogether(images, threads, batch)).toBe(together)
})
