/** The model of a fold that is opened again must be the one that was judged, as its scores show. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { saveModel } from '../../../src/detector/model-folder.ts'
import { InputError, ModelError } from '../../../src/errors.ts'
import { planFolds, splitDefaults } from '../../../src/evaluate/split.ts'
import { groupUnits } from '../../../src/evaluate/units.ts'
import { createRandom } from '../../../src/math/random.ts'
import { openFoldModel } from '../../../src/run/diagnose/open-fold-model.ts'
import type { ReopenedRun } from '../../../src/run/diagnose/reopen-run.ts'
import { quietTask } from '../../../src/task.ts'
import { samples } from '../../evaluate/samples.ts'
import { fakeMethod } from '../../helpers/fake-method.ts'
import { fakeVision } from '../../helpers/fake-vision.ts'
import { modelFacts } from '../../helpers/model-card.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const all = samples(44, 22)
const units = groupUnits(all, 'image')
const plans = planFolds(units, { ...splitDefaults, folds: 1 })
const random = createRandom(0)
const scoreOf = new Map(
  all.map(({ path, label }) => [path, random.normal() + (label === 'anomalous' ? 3 : 0)]),
)
const inference = plans[0]!.inference
const values = inference.map(({ path }) => scoreOf.get(path)!)
const mean = values.reduce((sum, value) => sum + value, 0) / values.length
const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))

/** @param moved - Of one recorded score, in standard deviations of the fold's scores. */
function reopened(moved: number, run = temporaryFolder()): ReopenedRun {
  const method = fakeMethod((path) => scoreOf.get(path)!)
  const rows = inference.map(({ id }, i) => ({
    fold: 0,
    role: 'inference',
    image: id,
    score: values[i]! + (i === 3 ? moved * spread : 0),
  }))
  return {
    run,
    plans,
    rows,
    results: [],
    evaluation: {
      plumbline: '0',
      dataset: { fingerprint: 'sha256:own' },
      folds: [{ fold: 0, threshold: 1 }],
    },
    work: {
      request: { seed: 0 },
      key: '0'.repeat(64),
      settings: { unit: 'image' },
      vision: fakeVision(),
      configured: { method, options: {} },
      crew: null,
      machine: { device: 'cpu', threads: 1 },
    },
  } as unknown as ReopenedRun
}
const keep = (run: string, fingerprint: string) =>
  saveModel(
    join(run, 'models/fold-0'),
    modelFacts({
      detector: { id: 'fake', version: 1, options: {} },
      backbone: { id: 'fake', weights: 'sha256:0' },
      trained: { images: 1, fingerprint, seed: 0 },
    }),
    new Map([['learnt.txt', new Uint8Array()]]),
  )

describe('openFoldModel', () => {
  it('takes scores that differ by rounding for the same, a thousandth of a deviation at most', async () => {
    for (const moved of [0, 0.99e-3, -0.99e-3]) {
      const { judged } = await openFoldModel(reopened(moved), 0, quietTask)
      expect(judged.map(({ sample }) => sample.id)).toEqual(inference.map(({ id }) => id).sort())
    }
    for (const moved of [1.01e-3, -1.01e-3]) {
      const refused = openFoldModel(reopened(moved), 0, quietTask)
      await expect(refused).rejects.toThrow(`gives 1 of ${inference.length} images another score`)
      await expect(openFoldModel(reopened(moved), 0, quietTask)).rejects.toBeInstanceOf(InputError)
    }
  })

  it('takes the kept model, and refuses one of another dataset', async () => {
    const run = temporaryFolder()
    await keep(run, 'sha256:own')
    const own = reopened(0, run)
    await openFoldModel(own, 0, quietTask)
    expect((own.work.configured.method as unknown as ReturnType<typeof fakeMethod>).fits).toEqual([])
    await keep(run, 'sha256:other')
    await expect(openFoldModel(own, 0, quietTask)).rejects.toThrow(ModelError)
  })
})
