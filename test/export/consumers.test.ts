/** The parity gate in other languages, on a model exported here: each must find it right, and a wrong one wrong. */
import { copyFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { exportModel, trainModel } from '../../src/index.ts'
import { makeFolder, makeStripedDataset } from '../e2e/striped-dataset.ts'
import { findPython, runPython } from '../python.ts'

const gate = resolve(import.meta.dirname, '../../examples/on-the-line/gate.py')
const runtimes = [
  ['onnxruntime', findPython(['numpy', 'onnxruntime'])],
  ['opencv', findPython(['numpy', 'cv2'])],
] as const
const isAny = runtimes.some(([, python]) => python !== null)

const folder = makeFolder()
const out = join(folder, 'out')

beforeAll(async () => {
  if (!isAny) return
  const dataset = await makeStripedDataset({ nominal: 8, anomalous: 4, masks: false }, join(folder, 'data'))
  const model = join(folder, 'model')
  const machine = { threads: 1, device: 'cpu', cache: null } as const
  const detectorOptions = { bankSize: 60, candidates: 2000 }
  const size = { width: 48, height: 48 }
  await trainModel({ dataset, backbone: 'filterbank', size, detectorOptions, out: model, ...machine })
  // OpenCV gives the bytes of the resize for a fixed size only (docs/on-the-line.md).
  await exportModel({ model, out, dataset, input: { width: 64, height: 64 }, threads: 1 })
}, 120_000)

describe('the gate in Python', () => {
  for (const [runtime, python] of runtimes) {
    it.skipIf(python === null)(`with ${runtime} (PLUMBLINE_PYTHON names one that has it)`, async () => {
      const right = runPython(python!, [gate, out, '--runtime', runtime])
      expect(right).toMatchObject({ status: 0, stdout: expect.stringMatching(/^the same on \d+ fixtures/) })
      const wrong = join(folder, `wrong-${runtime}`)
      await cp(out, wrong, { recursive: true })
      copyFileSync(join(out, 'fixtures/white.image.npy'), join(wrong, 'fixtures/black.image.npy'))
      expect(runPython(python!, [gate, wrong, '--runtime', runtime])).toMatchObject({
        status: 4,
        stdout: expect.stringContaining('resized of fixture black'),
      })
    })
  }
})
