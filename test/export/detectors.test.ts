/** Every detector exports, and what its file says of a photograph is what `inspect` says. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeBank } from '../../src/detector/patchcore/bank-file.ts'
import { openExported } from '../../src/export/exported-model.ts'
import { exportModel, openModel, trainModel, verifyExport } from '../../src/index.ts'
import { stripes } from '../../src/testing/striped-image.ts'
import { makeFolder, makeStripedDataset } from '../e2e/striped-dataset.ts'

const folder = makeFolder()
const dataset = join(folder, 'data')
const machine = { threads: 1, device: 'cpu', cache: null } as const
const size = { width: 64, height: 64 }

beforeAll(async () => {
  await makeStripedDataset({ nominal: 8, anomalous: 4, masks: false }, dataset)
})

it('PatchCore that searches along few axes exports, and its file gives what the program gives', async () => {
  const [model, out] = [join(folder, 'model few axes'), join(folder, 'out few axes')]
  // Between the cells of the network patches are interpolated, so they vary along few directions.
  const detectorOptions = { stride: 4, bankSize: 2048, candidates: 3100, projection: 8 }
  const many = join(folder, 'many')
  await makeStripedDataset({ nominal: 16, anomalous: 2, masks: false }, many)
  await trainModel({ dataset: many, backbone: 'plumb-s', size, detectorOptions, out: model, ...machine })
  const { axes, dims } = decodeBank(readFileSync(join(model, 'bank.bin')))
  expect(axes!.length / dims).toBeLessThan(dims)
  const input = { width: 90, height: 60 }
  const parity = await exportModel({ model, out, dataset: many, input, threads: 1 })
  expect(await verifyExport(out, 1)).toMatchObject({ fixtures: parity.fixtures.length })
}, 240_000)

const flow = { magnify: 2, stages: ['scale3'], kernels: [3], hidden: 8, epochs: 1, leastSteps: 0, batch: 8 }
const detectors: readonly [string, string, Record<string, unknown>][] = [
  ['PaDiM', 'padim', { dimensions: 8 }],
  ['PaDiM, dimensions independent', 'padim', { dimensions: 8, covariance: 'diagonal' }],
  ['CS-Flow', 'csflow', flow],
  [
    'CS-Flow, as the paper scales',
    'csflow',
    { ...flow, scaling: 'subsampled', standardise: 'none', peakShare: 0.1 },
  ],
]

describe.each(detectors)('%s', (name, detector, detectorOptions) => {
  const [model, out] = ['model', 'out'].map((part) => join(folder, `${part} ${name}`)) as [string, string]

  it('exports, and its file gives what the program gives', async () => {
    await trainModel({
      dataset,
      backbone: 'filterbank',
      size,
      detector,
      detectorOptions,
      out: model,
      ...machine,
    })
    // Of one size where the picture is resized three times: large fixtures would take long.
    const input = detector === 'csflow' ? { width: 90, height: 60 } : 'camera'
    const parity = await exportModel({ model, out, dataset, input, threads: 1 })
    expect(parity.model.input.shape).toEqual(detector === 'csflow' ? [1, 60, 90, 3] : ['N', 'H', 'W', 3])
    expect(await verifyExport(out, 1)).toMatchObject({ fixtures: parity.fixtures.length })

    const inspector = await openModel(model, machine)
    const picture = stripes(4711, true, 90, 60)
    const own = await inspector.inspect(picture)
    await inspector.close()
    const file = await openExported(readFileSync(join(out, 'model.onnx')), parity, false, { threads: 1 })
    const found = await file.run(picture)
    await file.close()
    expect(Math.abs(found.score / own.score - 1)).toBeLessThan(1e-5)
    expect(found.verdict).toBe(own.verdict)
  }, 120_000)

  it('exports for prepared pictures too', async () => {
    const to = `${out} prepared`
    const parity = await exportModel({ model, out: to, input: 'prepared', batch: 1, threads: 1 })
    expect(parity.model.input.shape).toEqual([1, 64, 64, 3])
  }, 120_000)
})
