/** Which runs beside a run count as others of the same dataset, and as judged on the same folds. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findSiblings } from '../../../src/run/folder/find-siblings.ts'
import { quietTask } from '../../../src/task.ts'
import type { Evaluation } from '../../../src/wire/evaluation.ts'
import { evaluationOf } from '../../evaluate/evaluation-of.ts'
import { samples } from '../../evaluate/samples.ts'
import { shifted, simulateRun } from '../../evaluate/simulated-run.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const { results, settings } = simulateRun(samples(60, 30), shifted(2), { folds: 2 })
const own = evaluationOf(results, settings)
const { protocol, dataset } = own

it('those of the same fingerprint; on the same folds if nothing that draws them differs', async () => {
  const runs = temporaryFolder()
  const write = (name: string, evaluation: Evaluation | string): void => {
    mkdirSync(join(runs, name))
    writeFileSync(
      join(runs, name, 'evaluation.json'),
      typeof evaluation === 'string' ? evaluation : JSON.stringify(evaluation),
    )
  }
  write('own', own)
  write('same', { ...own, detector: { ...own.detector, id: 'other' } })
  write('other-data', { ...own, dataset: { ...dataset, fingerprint: 'sha256:1' } })
  write('seed', { ...own, seed: 1 })
  write('folds', { ...own, protocol: { ...protocol, folds: 9 } })
  write('scheme', { ...own, protocol: { ...protocol, scheme: 'rotate' } })
  write('unit', { ...own, protocol: { ...protocol, unit: 'part' } })
  write('min-train', { ...own, protocol: { ...protocol, minTrain: 0.6 } })
  write('merged', { ...own, protocol: { ...protocol, merge: { ...protocol.merge, merged: false } } })
  write('damaged', '{')
  mkdirSync(join(runs, 'empty'))
  writeFileSync(join(runs, 'file'), '')

  const found = await findSiblings(join(runs, 'own'), own, quietTask)
  expect(found.map(({ name, isOnSameFolds }) => [name, isOnSameFolds])).toEqual([
    ['folds', false],
    ['merged', false],
    ['min-train', false],
    ['same', true],
    ['scheme', false],
    ['seed', false],
    ['unit', false],
  ])
  expect(found.find(({ name }) => name === 'same')).toMatchObject({
    what: `other on ${own.backbone.id}`,
    aurocPerFold: own.metrics.image.auroc.perFold,
  })
})
