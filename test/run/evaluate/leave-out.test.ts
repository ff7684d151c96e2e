/** `--scheme leave-out`: whole groups judged, a random split beside them, and what they lose told in every place. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { evaluationText } from '../../../src/cli/text/evaluation-text.ts'
import { UsageError } from '../../../src/errors.ts'
import { compareRunFolders, evaluateDataset } from '../../../src/pipeline.ts'
import { type Evaluation, evaluationSchema } from '../../../src/wire/evaluation.ts'
import { makeStripedDataset, write } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { meanGrey } from '../../inspect/fake-detector.ts'

const folder = temporaryFolder()
const run = join(folder, 'run')
let evaluation: Evaluation
const asked = () => ({
  ...{ backbone: 'filterbank', size: { width: 32, height: 32 }, cache: null, threads: 1, folds: 2 },
  ...{ dataset: join(folder, 'data', 'manifest.csv'), out: run, detector: meanGrey },
})

beforeAll(async () => {
  const data = await makeStripedDataset({ nominal: 60, anomalous: 30, masks: false }, join(folder, 'data'))
  const line = (kind: string, label: string, i: number) =>
    `${kind}/${kind}-${i}.png,${label},${i % 2 ? 'left' : 'right'}`
  const lines = [
    'path,label,camera',
    ...Array.from({ length: 60 }, (_, i) => line('good', 'nominal', i)),
    ...Array.from({ length: 30 }, (_, i) => line('spot', 'anomalous', i)),
  ]
  write(join(data, 'manifest.csv'), `${lines.join('\n')}\n`)
  evaluation = await evaluateDataset({ ...asked(), scheme: 'leave-out', by: 'camera' })
}, 120_000)

describe('--scheme leave-out --by camera', () => {
  it('judges each camera whole and says what it lost against a random split', () => {
    expect(evaluation.folds.map(({ counts }) => counts.inference)).toEqual([
      [30, 15],
      [30, 15],
    ])
    expect(evaluation.protocol).toMatchObject({ scheme: 'leave-out', by: 'camera', folds: 2 })
    expect(evaluation.leaveOut!.groups.map(({ group, images }) => [group, images])).toEqual([
      ['left', [30, 15]],
      ['right', [30, 15]],
    ])
    const own = evaluation.metrics.image.auroc.perFold
    expect(evaluation.leaveOut!.groups.map(({ auroc }) => auroc.leftOut)).toEqual(own)
  })
  it('keeps the random split as a run of its own', async () => {
    const text = await readFile(join(run, 'random', 'evaluation.json'), 'utf8')
    expect(evaluationSchema.parse(JSON.parse(text)).protocol).toMatchObject({ scheme: 'random', by: null })
  })
  it('is told on the page and in the terminal, and compared with another of its kind alone', async () => {
    expect(await readFile(join(run, 'report.html'), 'utf8')).toContain('By camera, each left out')
    expect(evaluationText(evaluation, 'report.html', 120)).toContain('Left out by camera')
    await expect(compareRunFolders(run, join(run, 'random'))).rejects.toThrow('scheme: leave-out and random')
  })
  it('asks what is left out', async () => {
    const out = join(folder, 'other')
    await expect(evaluateDataset({ ...asked(), out, scheme: 'leave-out' })).rejects.toThrow('--by COLUMN')
    await expect(evaluateDataset({ ...asked(), out, by: 'camera' })).rejects.toThrow(UsageError)
  })
})
