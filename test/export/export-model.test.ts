/** From a model folder to an export folder and back: it is the same model, it says so, and it notices when it is not. */
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { ModelError, UsageError } from '../../src/errors.ts'
import { openExported } from '../../src/export/exported-model.ts'
import { repeated } from '../../src/export/fixture-pictures.ts'
import { compareStages, refuseDeviation, type StageValues } from '../../src/export/gate.ts'
import { fixtureImage, goldenOf, readParity } from '../../src/export/verify-export.ts'
import type { Image } from '../../src/image/image.ts'
import { resizeBilinear } from '../../src/image/resize-bilinear.ts'
import { exportModel, openModel, trainModel, verifyExport } from '../../src/index.ts'
import { stripes } from '../../src/testing/striped-image.ts'
import type { Parity } from '../../src/wire/parity.ts'
import { createRecorder } from '../cli/recorder.ts'
import { makeFolder, makeStripedDataset } from '../e2e/striped-dataset.ts'

const folder = makeFolder()
const [dataset, model, other, out, prepared] = ['data', 'model', 'other', 'out', 'prepared'].map((name) =>
  join(folder, name),
) as [string, string, string, string, string]
const machine = { threads: 1, device: 'cpu', cache: null } as const
let parity: Parity

/** Two models of few patches, of the same dataset and other seeds. */
async function trainBoth(): Promise<void> {
  await makeStripedDataset({ nominal: 10, anomalous: 5, masks: false }, dataset)
  const common = { dataset, backbone: 'filterbank', size: { width: 48, height: 48 }, ...machine }
  const detectorOptions = { bankSize: 60, candidates: 2000 }
  await trainModel({ ...common, detectorOptions, out: model })
  await trainModel({ ...common, detectorOptions: { ...detectorOptions, bankSize: 20 }, out: other })
}

beforeAll(async () => {
  await trainBoth()
  parity = await exportModel({ model, out, dataset, threads: 1 })
  await exportModel({ model, out: prepared, input: 'prepared', batch: 1, threads: 1 })
}, 120_000)

async function exported(from: string, isDiagnostic = true, change: Partial<Parity> = {}) {
  const found = await readParity(from)
  const bytes = readFileSync(join(from, isDiagnostic ? found.model.diagnostic : found.model.file))
  return openExported(bytes, { ...found, ...change }, isDiagnostic, { threads: 1 })
}

const filesOf = (from: string, { files }: Parity) =>
  new Map(Object.keys(files).map((name) => [name, new Uint8Array(readFileSync(join(from, name)))]))

describe('an exported model', () => {
  it('gives what the program gives, on pictures close to the threshold on both sides', async () => {
    expect(Object.values(parity.measured.worst).every((share) => share <= 1)).toBe(true)
    const verdicts = parity.fixtures.flatMap(({ golden }) =>
      golden.verdict === null ? [] : [golden.verdict],
    )
    expect(new Set(verdicts)).toEqual(new Set(['nominal', 'anomalous']))
    const near = parity.fixtures.filter(({ name }) => /^(below|above)-/.test(name))
    expect(near.length).toBeGreaterThanOrEqual(2)
    for (const { golden } of near) {
      expect(Math.abs(golden.score / parity.threshold! - 1)).toBeLessThan(0.26)
    }
    expect(await verifyExport(out, 1)).toMatchObject({
      fixtures: parity.fixtures.length,
      ties: parity.measured.ties,
    })
  })

  it('is what inspect says of a photograph, several at a time too', async () => {
    const inspector = await openModel(model, machine)
    const picture = stripes(4711, true, 90, 60)
    const own = await inspector.inspect(picture)
    await inspector.close()
    const file = await exported(out, false)
    const found = await file.run(picture)
    await file.close()
    expect(found.score).toBe(own.score)
    expect(found.map).toEqual(own.map().data)
    expect(found.verdict).toBe(own.verdict)
    const { x, y, width, height } = own.frame.content
    expect(found.frame).toEqual([x, y, width, height])
  })

  it('comes whole: model, card, fixtures, and hashes of all of them', () => {
    expect(readdirSync(out).sort()).toEqual([
      '.plumbline',
      'fixtures',
      'model-card.json',
      'model.onnx',
      'parity.json',
    ])
    const card = JSON.parse(readFileSync(join(out, 'model-card.json'), 'utf8'))
    expect(card).toMatchObject({ detector: { id: 'patchcore' }, exported: { operatorSet: 18 } })
    const text = readFileSync(join(out, 'model.onnx')).toString('latin1')
    for (const key of ['threshold', 'review', 'version', 'fingerprint', 'licence', 'range']) {
      expect(text).toContain(`plumbline.${key}`)
    }
    expect(text).toContain(`${parity.threshold}`)
  })

  it('takes pictures of one size, so many to a run', async () => {
    const to = join(folder, 'fixed')
    const input = { width: 64, height: 64 }
    const fixed = await exportModel({ model, out: to, dataset, input, batch: 2, threads: 1 })
    expect(fixed.model.input.shape).toEqual([2, 64, 64, 3])
    expect((await verifyExport(to, 1)).fixtures).toBe(fixed.fixtures.length)
  })

  it('replaces an earlier export, and nothing else', async () => {
    const again = join(folder, 'again')
    await cp(out, again, { recursive: true })
    writeFileSync(join(again, 'left-over.txt'), 'old')
    const input = 'prepared'
    await exportModel({ model, out: again, input, threads: 1 })
    expect(existsSync(join(again, 'left-over.txt'))).toBe(false)
    await expect(exportModel({ model, out: dataset, threads: 1 })).rejects.toThrow(UsageError)
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([])
  })
})

describe('an altered export', () => {
  it.each([
    ['model.onnx', 'altered'],
    ['fixtures/black.map.npy', 'altered'],
    ['fixtures/white.image.npy', 'missing'],
  ])('is refused, and the file named: %s %s', async (name, how) => {
    const copy = join(folder, `copy-${name.replaceAll('/', '-')}`)
    await cp(out, copy, { recursive: true })
    const path = join(copy, name)
    if (how === 'missing') await rm(path)
    else {
      const bytes = readFileSync(path)
      bytes[bytes.length - 5]! ^= 1
      writeFileSync(path, bytes)
    }
    const recorder = createRecorder({ cwd: folder })
    expect(await main(['export', 'verify', copy], recorder)).toBe(4)
    expect(recorder.err()).toContain(name)
  })

  it('is refused where parity.json is not of this version, or leads elsewhere', async () => {
    const copy = join(folder, 'copy-parity')
    await cp(out, copy, { recursive: true })
    const path = join(copy, 'parity.json')
    const json = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...json, files: { '../../etc/passwd': { bytes: 1, sha256: '' } } }))
    await expect(verifyExport(copy, 1)).rejects.toThrow(ModelError)
    appendFileSync(path, '}')
    await expect(verifyExport(copy, 1)).rejects.toThrow('is not JSON')
  })
})

/** The usual ways of getting it wrong on the line; the gate finds each, and names the stage. */
describe('the gate catches', () => {
  const guiltyStage = (
    golden: StageValues,
    found: StageValues,
    limits: Pick<Parity, 'threshold' | 'review'> = parity,
  ) => {
    const { worst } = compareStages(golden, found, parity.tolerance, limits)
    try {
      refuseDeviation('model.onnx', 'fixture', worst)
      return null
    } catch (error) {
      return /first that differs is (\w+)/.exec((error as Error).message)![1]
    }
  }
  const goldens = () => {
    const files = filesOf(out, parity)
    return parity.fixtures.map((fixture) => ({
      name: fixture.name,
      image: fixtureImage(fixture, files),
      golden: goldenOf(fixture, files),
    }))
  }
  const golden = (name: string) => goldens().find((each) => each.name === name)!
  const runOn = async (from: string, image: Image) => {
    const file = await exported(from)
    try {
      return await file.run(image)
    } finally {
      await file.close()
    }
  }

  it('nothing where nothing is wrong', async () => {
    const { image, golden: expected } = golden('colour')
    expect(guiltyStage(expected, await runOn(out, image))).toBeNull()
  })

  it('BGR instead of RGB', async () => {
    const { image, golden: expected } = golden('colour')
    const data = image.data.map((_, i) => image.data[i - (i % 3) + 2 - (i % 3)]!)
    expect(guiltyStage(expected, await runOn(out, { ...image, data }))).toBe('resized')
  })

  it('0..1 instead of 0..255', async () => {
    const { image, golden: expected } = golden('grey')
    const data = image.data.map((value) => value / 255)
    expect(guiltyStage(expected, await runOn(out, { ...image, data }))).toBe('resized')
  })

  it.each([
    ['a half-pixel shift in the resize', (i: number, scale: number) => i * scale, true],
    ['no antialiasing', (i: number, scale: number) => (i + 0.5) * scale - 0.5, false],
  ])('%s', async (_, position, isSmoothed) => {
    const square = squareOf(golden('stripes').image)
    const expected = await runOn(out, square)
    const own = plainResize(square, 48, position, isSmoothed)
    expect(guiltyStage(expected, await runOn(prepared, own))).toBe('resized')
    // and no other stage is to blame where the resize is right
    expect(
      guiltyStage(expected, await runOn(prepared, resizeBilinear(square, { width: 48, height: 48 }))),
    ).toBeNull()
  })

  it('dropped padding', async () => {
    const { image, golden: expected } = golden('upright')
    const stretched = resizeBilinear(image, { width: 48, height: 48 })
    expect(guiltyStage(expected, await runOn(prepared, stretched))).toBe('frame')
  })

  it('another bank', async () => {
    const to = join(folder, 'other-bank')
    await exportModel({ model: other, out: to, input: 'prepared', threads: 1 })
    const square = squareOf(golden('colour').image)
    const own = resizeBilinear(square, { width: 48, height: 48 })
    expect(guiltyStage(await runOn(out, square), await runOn(to, own))).toBe('map')
  })

  it('the threshold of another fold', async () => {
    const { image, golden: expected } = goldens().find(({ name }) => name.startsWith('above-'))!
    const file = await exported(out, true, { threshold: parity.threshold! * 1.5 })
    const found = await file.run(image)
    await file.close()
    expect(guiltyStage(expected, found)).toBe('verdict')
  })

  it('numbers that are none', () => {
    const { golden: expected } = golden('grey')
    expect(guiltyStage(expected, { ...expected, score: NaN })).toBe('score')
    expect(guiltyStage(expected, { ...expected, map: expected.map.map(() => NaN) })).toBe('map')
  })
})

function squareOf({ width, data }: Image): Image {
  const side = 240
  const rows = Array.from({ length: side }, (_, y) => data.subarray(3 * y * width, 3 * (y * width + side)))
  return { width: side, height: side, data: Uint8Array.from(rows.flatMap((row) => [...row])) }
}

/** Bilinear as many libraries have it; smoothed by averaging before, or not at all. */
function plainResize(
  image: Image,
  side: number,
  position: (i: number, scale: number) => number,
  isSmoothed: boolean,
): Image {
  const scale = image.width / side
  const data = new Uint8Array(3 * side * side)
  const at = (x: number, y: number, channel: number) => {
    const [left, top] = [x, y].map((place) => Math.min(image.width - 1, Math.max(0, Math.round(place))))
    return image.data[3 * (top! * image.width + left!) + channel]!
  }
  const taps = isSmoothed ? Array.from({ length: Math.ceil(scale) }, (_, i) => i) : [0]
  for (let y = 0, to = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let channel = 0; channel < 3; channel++, to++) {
        const values = taps.flatMap((dy) =>
          taps.map((dx) => at(position(x, scale) + dx, position(y, scale) + dy, channel)),
        )
        data[to] = Math.round(values.reduce((a, b) => a + b, 0) / values.length)
      }
    }
  }
  return { width: side, height: side, data }
}

describe('the command', () => {
  const run = async (...argv: string[]) => {
    const recorder = createRecorder({ cwd: folder })
    return { code: await main(argv, recorder), out: recorder.out(), err: recorder.err() }
  }

  it('exports and verifies, in words and as JSON', async () => {
    const to = join(folder, 'by-command')
    const made = await run('export', model, '--out', to, '--input', 'prepared', '--threads', '1', '--json')
    expect(made.code).toBe(0)
    expect(JSON.parse(made.out)).toEqual(await readParity(to))
    const verified = await run('export', 'verify', to, '--threads', '1')
    expect(verified.code).toBe(0)
    expect(verified.out).toMatch(/^parity +the same on \d+ fixtures/)
  })

  it.each<[string, string[], number, string]>([
    ['no folder to write to', ['export', model], 2, '--out is required'],
    [
      'an unknown precision',
      ['export', model, '--out', 'x', '--precision', 'float8'],
      2,
      'expected float32, float16',
    ],
    [
      'a lower precision without a run',
      ['export', model, '--out', 'x', '--precision', 'int8'],
      2,
      'needs --run RUN',
    ],
    [
      'a size that is none',
      ['export', model, '--out', 'x', '--input', '0x4'],
      2,
      'expected camera, prepared or WxH',
    ],
    ['a second model', ['export', model, dataset, '--out', 'x'], 2, 'unexpected argument'],
    ['a folder without a model', ['export', dataset, '--out', 'x'], 4, 'model.json'],
    ['a folder without an export', ['export', 'verify', dataset], 3, 'parity.json'],
  ])('refuses %s', async (_, argv, code, message) => {
    const found = await run(...argv)
    expect(found.code).toBe(code)
    expect(found.err.replace(/\s+/g, ' ')).toContain(message)
    expect(existsSync(join(folder, 'x'))).toBe(false)
  })
})

describe('pictures that are repeated', () => {
  it('lie side by side and below one another', () => {
    const image = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }
    expect(repeated({ image, repeat: [2, 2] })).toEqual({
      width: 4,
      height: 2,
      data: Uint8Array.of(1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6),
    })
  })
})
