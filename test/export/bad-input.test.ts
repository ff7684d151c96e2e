/** Exports that cannot be, pictures that a file does not take, a disk that is full: said by name, and nothing half-written. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { ShapeError, UsageError } from '../../src/errors.ts'
import { openExported } from '../../src/export/exported-model.ts'
import { refuseOutside } from '../../src/export/outside-graph.ts'
import { exportModel, openModel, trainModel, verifyExport } from '../../src/index.ts'
import { stripes } from '../../src/testing/striped-image.ts'
import { modelSchema } from '../../src/wire/model.ts'
import type { Parity } from '../../src/wire/parity.ts'
import { createRecorder } from '../cli/recorder.ts'
import { makeFolder, makeStripedDataset, write } from '../e2e/striped-dataset.ts'
import { mountSmall, unmount } from '../helpers/small-disk.ts'

const folder = makeFolder()
const [dataset, model, grey] = ['data', 'model', 'grey'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
]
const machine = { threads: 1, device: 'cpu', cache: null } as const
let parity: Parity

beforeAll(async () => {
  await makeStripedDataset({ nominal: 8, anomalous: 4, masks: false }, dataset)
  const detectorOptions = { bankSize: 60, candidates: 2000 }
  const size = { width: 48, height: 48 }
  await trainModel({ dataset, backbone: 'filterbank', size, detectorOptions, out: model, ...machine })
  parity = await exportModel({
    model,
    out: grey,
    input: { width: 64, height: 64 },
    pixels: 'grey',
    threads: 1,
  })
}, 120_000)

const opened = (change: Partial<Parity['model']> = {}) =>
  openExported(
    readFileSync(join(grey, 'model.onnx')),
    { ...parity, model: { ...parity.model, ...change } },
    false,
    {
      threads: 1,
    },
  )

describe('a model for grey cameras', () => {
  it('takes one value a pixel, and gives what inspect gives for that picture', async () => {
    expect(parity.model.input.shape).toEqual(['N', 64, 64, 1])
    expect((await verifyExport(grey, 1)).fixtures).toBe(parity.fixtures.length)
    const { data } = stripes(7, true)
    const values = Uint8Array.from({ length: 64 * 64 }, (_, i) => data[3 * i]!)
    const rgb = Uint8Array.from({ length: 3 * values.length }, (_, i) => values[Math.floor(i / 3)]!)
    const inspector = await openModel(model, machine)
    const own = await inspector.inspect({ width: 64, height: 64, data: values })
    await inspector.close()
    const file = await opened()
    const found = await file.run({ width: 64, height: 64, data: rgb })
    await file.close()
    expect(Math.abs(found.score / own.score - 1)).toBeLessThan(1e-5)
  })
})

describe('a picture that the file does not take', () => {
  it.each([
    ['smaller than it allows', 20, 64],
    ['larger', 64, 90],
  ])('is refused: %s', async (_, width, height) => {
    const file = await opened()
    await expect(file.run(stripes(1, false, width, height))).rejects.toThrow(ShapeError)
    await expect(file.run(stripes(1, false, width, height))).rejects.toThrow(
      /input image: expected shape \[1, 64, 64, 1\]/,
    )
    await file.close()
  })

  it('is refused: three channels where it has one', async () => {
    const file = await opened({ input: { ...parity.model.input, shape: ['N', 64, 64, 3] } })
    await expect(file.run(stripes(1, false))).rejects.toThrow(/channels|dimension|shape|index/i)
    await file.close()
  })
})

describe('what stays outside the graph', () => {
  it.each([
    [
      'roi',
      { path: 'roi.png', width: 64, height: 64, share: 0.5, sha256: 'a'.repeat(64) },
      'outside the region of interest',
    ],
    ['tiles', { width: 64, height: 64, map: { width: 48, height: 48 } }, 'cutting into tiles'],
  ])('is said, and how to export then: %s', (name, value, words) => {
    const card = readCardOf(model)
    const own = { ...card, input: { ...card.input, [name]: value } }
    expect(() => refuseOutside(own, { kind: 'camera' })).toThrow(UsageError)
    expect(() => refuseOutside(own, { kind: 'camera' })).toThrow(words)
    expect(() => refuseOutside(own, { kind: 'camera' })).toThrow('--input prepared')
    expect(() => refuseOutside(own, { kind: 'prepared' })).not.toThrow()
    expect(() => refuseOutside(card, { kind: 'camera' })).not.toThrow()
  })
})

const readCardOf = (path: string) =>
  modelSchema.parse(JSON.parse(readFileSync(join(path, 'model.json'), 'utf8')))

const disk = join(makeFolder(), 'disk')
const isMounted = mountSmall(disk, 9)
const title = 'a disk that is full'
describe.skipIf(!isMounted)(
  isMounted ? title : `${title} [skipped: a small file system cannot be mounted here]`,
  () => {
    afterAll(() => unmount(disk))

    it('is said, leaves nothing behind, and leaves the export that was there', async () => {
      const argv = (out: string) => ['export', model, '--out', out, '--input', 'prepared', '--threads', '1']
      const run = async (out: string) => {
        const recorder = createRecorder({ cwd: folder })
        return { code: await main(argv(out), recorder), err: recorder.err() }
      }
      const filler = write(join(disk, 'filler'), new Uint8Array((9 << 20) - 100_000))
      const full = await run(join(disk, 'out'))
      expect(full.code).toBe(3)
      expect(full.err).toContain('disk is full')
      expect(readdirSync(disk)).toEqual(['filler'])
      execFileSync('rm', [filler])
      expect((await run(join(disk, 'out'))).code).toBe(0)
      const before = readFileSync(join(disk, 'out/parity.json'))
      const used = Number(
        execFileSync('df', ['--output=avail', '-B1', disk], { encoding: 'utf8' }).split('\n')[1],
      )
      write(filler, new Uint8Array(used - 100_000))
      expect((await run(join(disk, 'out'))).code).toBe(3)
      expect(readFileSync(join(disk, 'out/parity.json'))).toEqual(before)
      expect(readdirSync(disk).sort()).toEqual(['filler', 'out'])
      expect(existsSync(join(disk, 'out/model.onnx'))).toBe(true)
    }, 120_000)
  },
)
