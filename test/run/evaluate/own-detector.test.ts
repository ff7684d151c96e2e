/** A detector that the program does not know goes the whole way: evaluated, kept, opened, trained, reopened. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { InputError, UsageError } from '../../../src/errors.ts'
import { parseScoresCsv } from '../../../src/evaluate/scores-csv.ts'
import { openModel } from '../../../src/inspect/open-model.ts'
import { makeRequest } from '../../../src/options/request.ts'
import { evaluateAsk } from '../../../src/options/requests/evaluate.ts'
import { evaluateDataset, trainModel } from '../../../src/pipeline.ts'
import { reopenRun } from '../../../src/run/diagnose/reopen-run.ts'
import { openEvaluation } from '../../../src/run/evaluate/open-evaluation.ts'
import { quietTask } from '../../../src/task.ts'
import type { Evaluation } from '../../../src/wire/evaluation.ts'
import { makeStripedDataset } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { meanGrey } from '../../inspect/fake-detector.ts'

const folder = temporaryFolder()
const run = join(folder, 'run')
const quick = { backbone: 'filterbank', size: { width: 32, height: 32 }, cache: null, threads: 1 } as const
let dataset = ''
let evaluation: Evaluation
const asked = (out: string, detector = meanGrey) => ({
  ...{ ...quick, dataset, out, detector },
  detectorOptions: { offset: 1 },
})

beforeAll(async () => {
  dataset = await makeStripedDataset({ nominal: 44, anomalous: 22, masks: false }, join(folder, 'data'))
  evaluation = await evaluateDataset({ ...asked(run), folds: 1, keepModels: true })
}, 120_000)

describe('a detector of ones own', () => {
  it('is evaluated like any other, and named in the records', async () => {
    expect(evaluation.detector).toEqual({ id: 'mean-grey', options: { offset: 1 } })
    expect(evaluation.metrics.image.auroc.mean).toBeGreaterThan(0.9)
    expect(JSON.parse(await readFile(join(run, 'config.json'), 'utf8'))).toMatchObject({
      detector: 'mean-grey',
      option: { offset: 1 },
    })
  })

  it('gives the recorded scores and decisions when its kept model is opened', async () => {
    const rows = parseScoresCsv(await readFile(join(run, 'scores.csv'), 'utf8'), 'scores.csv')
    const judged = rows.filter(({ role }) => role === 'inference')
    const inspector = await openModel({ run, fold: 0 }, { threads: 1, methods: [meanGrey] })
    const paths = judged.map(({ image }) => join(dataset, image))
    let i = 0
    for await (const outcome of inspector.inspectMany(paths)) {
      const { score, decision } = judged[i++]!
      expect(outcome).toMatchObject({ ok: true, value: { score, verdict: decision } })
    }
    expect(i).toBe(judged.length)
    await inspector.close()
  })

  it('is trained, its version in the card', async () => {
    const card = await trainModel(asked(join(folder, 'model')))
    expect(card.detector).toEqual({ id: 'mean-grey', version: 1, options: { offset: 1 } })
    expect(card.threshold?.value).toBeGreaterThan(0)
  })

  it('can be had again from the run by whoever has the method, and by nobody else', async () => {
    const here = {
      device: 'cpu',
      threads: 1,
      cache: null,
      weights: null,
      createdAt: '',
      command: '',
    } as const
    const again = await reopenRun(run, { ...here, methods: [meanGrey] }, quietTask)
    expect(again.work.configured.method).toBe(meanGrey)
    expect(again.results[0]!.image.threshold).toBe(evaluation.folds[0]!.threshold)
    await again.work.vision.close()
    await expect(reopenRun(run, { ...here, methods: [] }, quietTask)).rejects.toThrow(InputError)
  })

  it('does not take up what another version of it began', async () => {
    const keyOf = async (version: number): Promise<string> => {
      const request = await makeRequest(evaluateAsk, asked(join(folder, 'key'), { ...meanGrey, version }))
      const { key, vision } = await openEvaluation(request, quietTask)
      await vision.close()
      return key
    }
    expect(await keyOf(1)).toBe(await keyOf(1))
    expect(await keyOf(1)).not.toBe(await keyOf(2))
  })

  it('is refused where it is no detector, or does not know a setting', async () => {
    const broken = { id: 'broken' } as unknown as typeof meanGrey
    await expect(evaluateDataset(asked(join(folder, 'x'), broken))).rejects.toThrow(UsageError)
    const strange = { ...asked(join(folder, 'x')), detectorOptions: { sigma: 1 } }
    await expect(evaluateDataset(strange)).rejects.toThrow('unknown setting sigma')
  })
})
