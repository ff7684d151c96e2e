/** What every server of queues must make possible: an evaluation over it gives the bytes of one on a single machine. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countRecorded } from '../../../scripts/fleet/kill-run.ts'
import type { EvaluateOptions } from '../../../src/options/requests/evaluate.ts'
import { evaluateDataset } from '../../../src/pipeline.ts'
import { evaluationSchema } from '../../../src/wire/evaluation.ts'
import { makeStripedDataset } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { heardTask, lasting, type QueueOfTest, skipped, startWorker } from './fleet-helpers.ts'

const read = (run: string) =>
  evaluationSchema.parse(JSON.parse(readFileSync(join(run, 'evaluation.json'), 'utf8')))
const files = (run: string, folder: string): Map<string, string> =>
  new Map(
    readdirSync(join(run, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(run.length), readFileSync(path).toString('base64')] as const)
      .sort(),
  )

export function describeEvaluation(queue: QueueOfTest): void {
  const { name, missing, start } = queue
  describe.skipIf(missing !== null)(`over ${name}${skipped(queue)}`, () => {
    const home = temporaryFolder()
    const single = join(home, 'single')
    const store = join(home, 'store')
    let options: Omit<EvaluateOptions, 'out'>
    let server: Awaited<ReturnType<typeof start>>

    beforeAll(async () => {
      server = await start()
      options = {
        ...{ dataset: await makeStripedDataset(), folds: 3, threads: 1, keepModels: true },
        ...{ backbone: 'filterbank', size: { width: 64, height: 64 }, detectorOptions: { bankSize: 64 } },
        cache: join(home, 'cache'),
      }
      await evaluateDataset({ ...options, out: single })
    }, 180_000)
    afterAll(() => server?.stop())

    it('gives what one machine gives, each step done once', async () => {
      const queue = server.url
      const workers = [startWorker(queue, store), startWorker(queue, store)]
      const run = join(home, 'run')
      try {
        await evaluateDataset({ ...options, out: run, queue, store }, heardTask())
      } finally {
        for (const worker of workers) await worker.stop()
      }
      expect(lasting(read(run))).toBe(lasting(read(single)))
      const scores = (of: string) => readFileSync(join(of, 'scores.csv'), 'utf8')
      expect(scores(run)).toBe(scores(single))
      expect(files(run, 'maps')).toEqual(files(single, 'maps'))
      const [card, other] = [single, run].map((each) =>
        JSON.parse(readFileSync(join(each, 'models/fold-1/model.json'), 'utf8')),
      )
      const { createdAt: _, evaluated: __, ...same } = card
      expect(other).toMatchObject(same)
      expect(other.createdAt).toBe(read(run).createdAt)
      // Two shards of features, three fits, three judgements.
      const done = workers.flatMap(({ notes }) => notes).filter((note) => / done in /.test(note))
      expect(new Set(done.map((note) => note.replace(/: done.*/, ''))).size).toBe(8)
      const recorded = countRecorded(store) // on a starved machine a lock may run out, and work be done again: it counts once
      expect([recorded.size, ...recorded.values()]).toEqual([8, ...Array(8).fill(1)])
      expect(read(run).environment.workers).toMatchObject([{ node: process.version, steps: 8 }])
    }, 180_000)

    it('finds everything done when the same is asked again, without a worker', async () => {
      const run = join(home, 'again')
      await evaluateDataset({ ...options, out: run, queue: server.url, store })
      expect(lasting(read(run))).toBe(lasting(read(single)))
    }, 180_000)
  })
}
