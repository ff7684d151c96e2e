/** `--shots N,N`: few train, drawn several times; every number of them is a run of its own, and one table tells of all. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { StatisticalError, UsageError } from '../../../src/errors.ts'
import { evaluateDataset } from '../../../src/pipeline.ts'
import { reopenRun } from '../../../src/run/diagnose/reopen-run.ts'
import { leaveOneOut } from '../../../src/run/evaluate/fit-fold.ts'
import { quietTask } from '../../../src/task.ts'
import { type Evaluation, evaluationSchema } from '../../../src/wire/evaluation.ts'
import { makeStripedDataset } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { meanGrey } from '../../inspect/fake-detector.ts'

const folder = temporaryFolder()
const run = join(folder, 'run')
let dataset = ''
let evaluation: Evaluation
const asked = () => ({
  ...{ backbone: 'filterbank', size: { width: 32, height: 32 }, cache: null, threads: 1 },
  ...{ dataset, out: run, detector: meanGrey, folds: 2, draws: 2 },
})

beforeAll(async () => {
  dataset = await makeStripedDataset({ nominal: 44, anomalous: 22, masks: false }, join(folder, 'data'))
  evaluation = await evaluateDataset({ ...asked(), shots: [6, 3] })
}, 120_000)

describe('--shots 6,3', () => {
  it('trains on the larger number, with as many supports as draws and folds', () => {
    expect(evaluation.folds.map(({ counts }) => counts.train)).toEqual([6, 6, 6, 6])
    expect(evaluation.protocol).toMatchObject({ folds: 2, shots: [6, 3], draws: 2 })
    expect(evaluation.metrics.image.auroc.support).toBeDefined()
  })

  it('tells of both numbers, fewest first, each a whole run of its own', async () => {
    expect(evaluation.shots!.map(({ shots, supports, run }) => [shots, supports, run])).toEqual([
      [3, 4, 'shots-3'],
      [6, 4, '.'],
    ])
    const other = evaluationSchema.parse(
      JSON.parse(await readFile(join(run, 'shots-3', 'evaluation.json'), 'utf8')),
    )
    expect(other.folds.map(({ counts }) => counts.train)).toEqual([3, 3, 3, 3])
    expect(evaluation.shots![0]!.image.auroc).toEqual(other.metrics.image.auroc)
    const own = evaluationSchema.parse(JSON.parse(await readFile(join(run, 'evaluation.json'), 'utf8')))
    expect(own.shots).toEqual(evaluation.shots)
  })

  it('is reopened with the supports it had', async () => {
    const here = {
      device: 'cpu',
      threads: 1,
      cache: null,
      weights: null,
      createdAt: '',
      command: '',
    } as const
    const again = await reopenRun(run, { ...here, methods: [meanGrey] }, quietTask)
    await again.work.vision.close()
    expect(again.plans.map(({ counts }) => counts.train)).toEqual([6, 6, 6, 6])
    expect(again.results[3]!.image.threshold).toBe(evaluation.folds[3]!.threshold)
  })

  it('refuses more than may train, and what is no number of shots', async () => {
    const out = join(folder, 'other')
    await expect(evaluateDataset({ ...asked(), out, shots: [40] })).rejects.toThrow(StatisticalError)
    await expect(evaluateDataset({ ...asked(), out, shots: [0] })).rejects.toThrow(UsageError)
    await expect(evaluateDataset({ ...asked(), out, shots: '3,x' as never })).rejects.toThrow(
      'separated by commas',
    )
  })
})

describe('--threshold-from support', () => {
  it('chooses on what trains, each unit scored by a model that has not seen it', async () => {
    const learnt: string[][] = []
    const watching = {
      ...meanGrey,
      fit: (...[input, options]: Parameters<typeof meanGrey.fit>) => {
        learnt.push(input.samples.map(({ path }) => path))
        return meanGrey.fit(input, options)
      },
    }
    const out = join(folder, 'own-threshold')
    const found = await evaluateDataset({
      ...{ ...asked(), out, detector: watching, shots: [6], draws: 1 },
      ...{ thresholdFrom: 'support', threshold: 'conformal', alpha: 0.2 },
    })
    expect(found.folds.map(({ counts }) => counts.threshold)).toEqual([
      [6, 0],
      [6, 0],
    ])
    expect(found.protocol.thresholdFrom).toBe('support')
    expect(found.folds.every(({ threshold }) => Number.isFinite(threshold))).toBe(true)
    expect(found.metrics.image.overkillRate.ci[1]).toBeGreaterThan(0)
    // For each of two folds the support itself, and six times five of it.
    expect(learnt.map(({ length }) => length)).toEqual([6, 5, 5, 5, 5, 5, 5, 6, 5, 5, 5, 5, 5, 5])
    const left = learnt.slice(1, 7).map((others) => learnt[0]!.filter((path) => !others.includes(path)))
    expect(left.flat().sort()).toEqual([...learnt[0]!].sort())
  }, 120_000)

  it.each([
    [{ threshold: 'youden' }, UsageError, 'needs defects, and a support has none; take conformal'],
    [{ threshold: 'conformal', shots: [1] }, UsageError, 'cannot be left out of itself'],
    [{ threshold: 'conformal', shots: null }, UsageError, 'no effect without shots'],
    [{ threshold: 'conformal', alpha: 0.05 }, StatisticalError, 'With 6, --alpha 0.143 is the least'],
    [{ threshold: 'neyman-pearson' }, StatisticalError, 'that takes 59'],
  ] as const)(
    'refuses %j, before anything is fitted',
    async (said, kind, message) => {
      let fits = 0
      const counting = {
        ...meanGrey,
        fit: (...[input, options]: Parameters<typeof meanGrey.fit>) => {
          fits++
          return meanGrey.fit(input, options)
        },
      }
      const out = join(folder, 'refused')
      const ask = {
        ...asked(),
        out,
        detector: counting,
        draws: 3,
        shots: [6],
        thresholdFrom: 'support',
        ...said,
      }
      const refused = evaluateDataset(ask as never)
      await expect(refused).rejects.toThrow(kind)
      await expect(refused).rejects.toThrow(message)
      expect(fits).toBe(0)
    },
    60_000,
  )
})

describe('leaveOneOut', () => {
  const of = (id: string, part: string | null) => ({ id, part }) as never
  it('leaves whole parts out, and only where threshold and training are one', () => {
    const [a, b, c, d] = [of('a', 'p'), of('b', 'p'), of('c', 'q'), of('d', null)]
    expect(leaveOneOut({ train: [a!, b!, c!, d!], threshold: [a!, b!, c!, d!] })).toEqual([
      { left: [a, b], others: [c, d] },
      { left: [c], others: [a, b, d] },
      { left: [d], others: [a, b, c] },
    ])
    expect(leaveOneOut({ train: [a!, b!], threshold: [c!, d!] })).toBeNull()
    expect(() => leaveOneOut({ train: [a!, b!], threshold: [a!, b!] })).toThrow('a single part')
  })
})
