/** What an interrupted run may be taken up with: the key changes with all that decides about the figures, and with nothing else. */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { makeRequest } from '../../../src/options/request.ts'
import { type EvaluateOptions, evaluateAsk } from '../../../src/options/requests/evaluate.ts'
import { openEvaluation } from '../../../src/run/evaluate/open-evaluation.ts'
import { quietTask } from '../../../src/task.ts'
import { makeStripedDataset } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const home = temporaryFolder()
let dataset = ''
let usual = ''

async function keyOf(more: Partial<EvaluateOptions> = {}): Promise<string> {
  const request = await makeRequest(evaluateAsk, {
    ...{ dataset, out: join(home, 'run'), createdAt: '2026-01-01T00:00:00.000Z' },
    ...{ backbone: 'filterbank', size: { width: 32, height: 32 }, cache: join(home, 'cache'), threads: 1 },
    ...more,
  })
  const run = await openEvaluation(request, quietTask, () => {}) // of so few images no folds are drawn
  await run.vision.close()
  return run.key
}

beforeAll(async () => {
  dataset = await makeStripedDataset({ nominal: 3, anomalous: 2, masks: false })
  usual = await keyOf()
})

it.each<readonly [string, Partial<EvaluateOptions>]>([
  ['the seed', { seed: 1 }],
  ['the number of folds', { folds: 7 }],
  ['the scheme', { scheme: 'rotate' }],
  ['the share that trains', { minTrain: 0.6 }],
  ['a setting of the detector', { detectorOptions: { peaks: 7 } }],
  ['the size', { size: { width: 64, height: 32 } }],
  ['the fit', { fit: 'stretch' }],
  ['the prevalence', { prevalence: 0.3 }],
  ['the device', { device: 'cpu' }],
])('changes with %s', async (_, more) => {
  expect(await keyOf(more)).not.toBe(usual)
})

it.each<readonly [string, Partial<EvaluateOptions>]>([
  ['the output folder', { out: join(home, 'other') }],
  ['the cache', { cache: join(home, 'other-cache') }],
  ['the threads', { threads: 2 }],
  ['whether models are kept', { keepModels: true }],
  ['the time', { createdAt: '2027-01-01T00:00:00.000Z' }],
])('does not change with %s', async (_, more) => {
  expect(await keyOf(more)).toBe(usual)
})

it('changes with a byte of an image', async () => {
  appendFileSync(join(dataset, 'good/good-0.png'), 'x')
  expect(await keyOf()).not.toBe(usual)
})
