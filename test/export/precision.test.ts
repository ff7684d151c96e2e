/** Models of fewer digits: what they lose is measured on a run, and a loss that is too large is refused. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { networkOf } from '../../src/backbone/network.ts'
import { main } from '../../src/cli/main.ts'
import { padimGraph } from '../../src/detector/padim/score-graph.ts'
import { modelGraph } from '../../src/export/model-graph.ts'
import { evaluateDataset, exportModel, trainModel, verifyExport } from '../../src/index.ts'
import { countNear } from '../../src/run/export/measure-precision.ts'
import type { ScoreRow } from '../../src/wire/evaluation.ts'
import { createRecorder } from '../cli/recorder.ts'
import { makeFolder, makeStripedDataset } from '../e2e/striped-dataset.ts'

const folder = makeFolder()
const [dataset, run, tight, model, coarse] = ['data', 'run', 'tight', 'model', 'coarse'].map((name) =>
  join(folder, name),
) as [string, string, string, string, string]
const machine = { threads: 1, device: 'cpu', cache: null } as const
const common = {
  dataset,
  backbone: 'plumb-s',
  size: { width: 64, height: 64 },
  detectorOptions: { bankSize: 200, candidates: 2000 },
  ...machine,
}
const input = { width: 64, height: 64 }

beforeAll(async () => {
  await makeStripedDataset({ nominal: 40, anomalous: 20, masks: false }, dataset)
  await evaluateDataset({ ...common, out: run, folds: 2, keepModels: true, threshold: 'sigma', sigmaK: 30 })
  await evaluateDataset({ ...common, out: tight, folds: 2, keepModels: true, backbone: 'filterbank' })
  await trainModel({ ...common, out: model })
  await trainModel({ ...common, out: coarse, backbone: 'filterbank' })
}, 120_000)

describe.each(['float16', 'int8'] as const)('a model of %s', (precision) => {
  const out = join(folder, precision)

  it('says what it loses on the folds of a run, and passes the gate of its own', async () => {
    const parity = await exportModel({ model, out, input, precision, run, dataset, threads: 1 })
    expect(parity.model.precision).toBe(precision)
    const { loss } = parity.measured
    expect(loss).toMatchObject({ folds: 2, near: { within: 0.1, allowed: 0.1 } })
    expect(loss!.images).toBeGreaterThan(8)
    expect(Math.abs(loss!.auroc.mean!)).toBeLessThan(0.02)
    expect(loss!.auroc.ci).toHaveLength(2)
    expect(JSON.parse(readFileSync(join(out, 'model-card.json'), 'utf8')).exported).toMatchObject({
      precision,
      loss,
    })
    expect((await verifyExport(out, 1)).fixtures).toBe(parity.fixtures.length)
    const plain = join(folder, 'plain')
    if (!existsSync(plain)) await exportModel({ model, out: plain, input, threads: 1 })
    const sizeOf = (from: string) => statSync(join(from, 'model.onnx')).size
    expect(sizeOf(out)).toBeLessThan(sizeOf(plain) * (precision === 'float16' ? 0.75 : 1.05))
    // The numbers are others, and close.
    const full = JSON.parse(readFileSync(join(plain, 'parity.json'), 'utf8')) as typeof parity
    const pairs = parity.fixtures.flatMap(({ name, golden }) => {
      const other = full.fixtures.find((each) => each.name === name && !/^(below|above)/.test(name))
      return other === undefined ? [] : [[golden.score, other.golden.score] as const]
    })
    expect(pairs.some(([a, b]) => a !== b)).toBe(true)
    for (const [a, b] of pairs) expect(Math.abs(a / b - 1)).toBeLessThan(precision === 'float16' ? 0.05 : 0.3)
  }, 120_000)
})

describe('a lower precision is refused', () => {
  // Contrasts of the filter bank are quotients of small numbers, which 256 steps do not hold.
  it('where too many verdicts near the threshold become others, with the figures, and nothing is written', async () => {
    const out = join(folder, 'flips')
    await expect(
      exportModel({ model: coarse, out, input, precision: 'int8', run: tight, dataset, threads: 1 }),
    ).rejects.toThrow(
      /not exported as int8: of \d+ verdicts .* within 10 % of the threshold \d+ become others.*AUROC/,
    )
    expect(existsSync(out)).toBe(false)
  }, 120_000)

  it('where a number of the detector is beyond float16, by the name of its file', async () => {
    const backbone = { id: 'filterbank', weights: null, weightsId: '', stages: ['scale3'] }
    const network = networkOf(backbone)
    const width = network.stages[0]!.channels
    const dims = 40
    const means = new Float32Array(17 * dims)
    const settings = {
      stages: ['scale3'],
      stride: 16,
      unitLength: false,
      neighbourhood: 1,
      rows: 4,
      cols: 4,
      sigma: 4,
    }
    const graphOf = (whitening: number) =>
      modelGraph(
        {
          network,
          size: { width: 64, height: 64 },
          fit: 'pad',
          score: padimGraph({
            settings: { ...settings, width, kept: Array.from({ length: dims }, (_, i) => i) },
            gaussians: { means, whitening: new Float32Array(17 * dims * dims).fill(whitening) },
          }),
        },
        {
          input: { kind: 'prepared' },
          batch: 1,
          channels: 3,
          isDiagnostic: false,
          lowering: { precision: 'float16' },
        },
      )
    await expect(graphOf(6e4)).resolves.toBeDefined()
    await expect(graphOf(7e4)).rejects.toThrow(/gaussians\.bin: holds 70000, and float16 ends at 65504/)
  })

  it('where the run is of another backbone', async () => {
    const out = join(folder, 'other')
    await expect(
      exportModel({ model, out, input, precision: 'float16', run: tight, dataset, threads: 1 }),
    ).rejects.toThrow(/evaluated patchcore on filterbank.*the model is patchcore on plumb-s/)
    expect(existsSync(out)).toBe(false)
  }, 120_000)

  it('where the run kept no models', async () => {
    const bare = join(folder, 'bare')
    await cp(run, bare, { recursive: true })
    await rm(join(bare, 'models'), { recursive: true })
    const recorder = createRecorder({ cwd: folder })
    const argv = ['export', model, '--out', 'x', '--precision', 'int8', '--run', bare, '--dataset', dataset]
    expect(await main(argv, recorder)).toBe(2)
    expect(recorder.err()).toContain('--keep-models')
    expect(existsSync(join(folder, 'x'))).toBe(false)
  }, 120_000)

  it('counts verdicts near the threshold, and those that become others', () => {
    const rows = (scores: readonly number[]) =>
      scores.map((score) => ({ fold: 0, role: 'inference', score }) as ScoreRow)
    const full = rows([0.5, 0.95, 0.99, 1.05, 2])
    expect(countNear(full, full, () => 1)).toEqual({ images: 3, flips: 0 })
    expect(countNear(full, rows([0.5, 0.95, 1.01, 1.05, 0.5]), () => 1)).toEqual({ images: 4, flips: 2 })
    expect(countNear(full, full, () => Infinity)).toEqual({ images: 0, flips: 0 })
  })
})
