/** What people really have on disk: each fault gets a clear error and the exit code of docs/cli.md, and nothing is lost. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeSafetensors } from '../../src/backbone/safetensors.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import { stripes } from '../../src/testing/striped-image.ts'
import { type Evaluation, evaluationSchema } from '../../src/wire/evaluation.ts'
import { mountSmall, unmount } from '../helpers/small-disk.ts'
import { makeFolder, makeStripedDataset, maskOf, plumbline, quick, write } from './striped-dataset.ts'

const home = makeFolder()
let count = 0
const evaluate = (dataset: string, ...more: string[]) =>
  plumbline(home, [
    'evaluate',
    dataset,
    '--out',
    join(home, `run-${count++}`),
    ...quick,
    '--folds',
    '2',
    ...more,
  ])
const read = (run: string): Evaluation =>
  evaluationSchema.parse(JSON.parse(readFileSync(join(run, 'evaluation.json'), 'utf8')))
const lastRun = (): string => join(home, `run-${count - 1}`)

describe('datasets that cannot be evaluated', () => {
  it('an empty folder', async () => {
    const folder = makeFolder()
    const { code, err } = await evaluate(folder)
    expect(code).toBe(3)
    expect(err).toContain(`${folder}: is empty`)
  })

  it('a path that is not there: nothing is made for the results', async () => {
    const { code, err } = await evaluate(join(home, 'nowhere'))
    expect(code).toBe(3)
    expect(err).toContain('nowhere: no such file or folder')
    expect(existsSync(lastRun())).toBe(false)
  })

  it('no nominal images', async () => {
    const dataset = await makeStripedDataset({ nominal: 0, anomalous: 24 })
    const lines = Array.from({ length: 24 }, (_, i) => `spot/spot-${i}.png,anomalous`)
    const manifest = write(join(dataset, 'manifest.csv'), `path,label\n${lines.join('\n')}\n`)
    const { code, err } = await evaluate(manifest)
    expect(code).toBe(5)
    expect(err).toContain('There are no nominal images')
  })

  it('no anomalous images: evaluate explains, train works', async () => {
    const dataset = await makeStripedDataset({ nominal: 40, anomalous: 0 })
    const { code, err } = await evaluate(dataset)
    expect(code).toBe(5)
    expect(err).toContain('--threshold conformal')
    const model = join(home, 'nominal-only')
    const trained = await plumbline(home, ['train', dataset, '--out', model, ...quick])
    expect(trained.code).toBe(0)
    expect(trained.err).toContain('no threshold')
    const strict = [
      'train',
      dataset,
      '--out',
      `${model}-strict`,
      ...quick,
      '--threshold',
      'conformal',
      '--json',
    ]
    const conformal = await plumbline(home, strict)
    expect(conformal.code).toBe(0)
    expect(conformal.json()).toMatchObject({ threshold: { policy: 'conformal', nominal: 40, anomalous: 0 } })
  })

  it('fewer samples than the folds need: the counts, and what would do', async () => {
    const { code, err } = await evaluate(await makeStripedDataset({ nominal: 44, anomalous: 12 }))
    expect(code).toBe(5)
    expect(err).toMatch(/Too few samples/)
    expect(err).toContain('Sufficient: 20 anomalous and 40 nominal images')
  })

  it('too few nominals for what a policy promises: the best it could promise', async () => {
    const { code, err } = await evaluate(await makeStripedDataset(), '--threshold', 'neyman-pearson')
    expect(code).toBe(5)
    expect(err).toMatch(/59/)
  })

  it('two labels for one file', async () => {
    const dataset = await makeStripedDataset()
    const good = Array.from({ length: 44 }, (_, i) => `good/good-${i}.png,nominal`)
    const bad = Array.from({ length: 22 }, (_, i) => `spot/spot-${i}.png,anomalous`)
    const lines = ['path,label', ...good, ...bad, 'good/good-0.png,anomalous']
    const { code, err } = await evaluate(write(join(dataset, 'manifest.csv'), `${lines.join('\n')}\n`))
    expect(code).toBe(0)
    expect(err).toContain('good-0.png')
    const { dataset: described } = read(lastRun())
    expect(described.images).toEqual({ nominal: 43, anomalous: 22 }) // belongs to neither
    expect(described.failures[0]!.path).toContain('good-0.png')
  })
})

describe('single files that are bad: the others go on, and the report says so', () => {
  let dataset = ''
  let run = ''
  beforeAll(async () => {
    dataset = await makeStripedDataset({ nominal: 46, anomalous: 24 })
    const good = await encodePng(stripes(1, false))
    write(join(dataset, 'good/cut.png'), good.subarray(0, good.length >> 1))
    write(join(dataset, 'good/pixel.png'), await encodePng(stripes(2, false, 1, 1)))
    write(join(dataset, 'good/wide.png'), await encodePng(stripes(3, false, 20_000, 4)))
    write(join(dataset, 'masks/spot/spot-0.png'), await encodePng(maskOf(1000, 32, 80)))
    write(
      join(dataset, 'masks/spot/spot-1.png'),
      await encodePng({ ...maskOf(1001), data: new Uint8Array(64 * 64) }),
    )
    const { code, err } = await evaluate(dataset)
    expect(err).not.toContain('plumbline evaluate:')
    expect(code).toBe(0)
    run = lastRun()
  })

  it('names the truncated image and judges without it', () => {
    const { dataset: described, findings } = read(run)
    expect(described.images).toEqual({ nominal: 48, anomalous: 24 })
    const reasons = Object.fromEntries(described.failures.map(({ path, reason }) => [path, reason]))
    expect(reasons[join(dataset, 'good/cut.png')]).toContain('truncated')
    expect(findings.map(({ id }) => id)).toContain('files.unreadable')
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('cut.png')
  })

  it('judges images with a bad mask, and leaves them out of pixel figures', () => {
    const { dataset: described, metrics } = read(run)
    const reasons = described.failures.map(({ path, reason }) => `${path}: ${reason}`).join('\n')
    expect(reasons).toContain('spot-0.png: is 32x80, its image is 64x64')
    expect(reasons).toContain('spot-1.png: the mask of a defect is empty')
    expect(metrics.pixel).not.toBeNull()
  })
})

describe('weights', () => {
  it('of another architecture, truncated, or not there', async () => {
    const dataset = await makeStripedDataset()
    const folder = makeFolder()
    const tensors = [{ name: 'conv1.weight', shape: [1], data: new Float32Array(1) }]
    const bytes = encodeSafetensors(tensors)
    const run = (...more: string[]) =>
      plumbline(home, [
        'evaluate',
        dataset,
        '--out',
        join(home, `w-${count++}`),
        '--weights',
        folder,
        ...more,
      ])
    const missing = await run('--backbone', 'resnet18')
    expect(missing.code).toBe(4)
    expect(missing.err).toContain('weights pull resnet18')
    write(join(folder, 'resnet18.safetensors'), bytes)
    const other = await run('--backbone', 'resnet18')
    expect(other.code).toBe(4)
    write(join(folder, 'resnet18.safetensors'), bytes.subarray(0, bytes.length - 2))
    const cut = await run('--backbone', 'resnet18')
    expect(cut.code).toBe(4)
    expect(cut.err).toContain('resnet18.safetensors')
  })
})

describe('output folders', () => {
  it('that hold something else', async () => {
    const folder = makeFolder()
    write(join(folder, 'thesis.txt'), 'mine')
    const argv = ['evaluate', await makeStripedDataset(), '--out', folder, ...quick]
    const { code, err } = await plumbline(home, argv)
    expect(code).toBe(2)
    expect(err).toContain('thesis.txt')
    expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('mine')
  })

  it('that cannot be made', async () => {
    const argv = ['evaluate', await makeStripedDataset(), '--out', '/proc/plumbline', ...quick]
    const { code, err } = await plumbline(home, argv)
    expect(code).toBe(3)
    expect(err).toContain('/proc/plumbline')
  })
})

const small = join(makeFolder(), 'disk')
const isMounted = mountSmall(small, 1)
const title = 'a full disk'
describe.skipIf(!isMounted)(
  isMounted ? title : `${title} [skipped: a small file system cannot be mounted here]`,
  () => {
    afterAll(() => {
      unmount(small)
    })

    it('is said with the path; what was finished stays, and the same command goes on when there is room', async () => {
      const dataset = await makeStripedDataset()
      const out = join(small, 'run')
      const filler = join(small, 'filler')
      write(filler, new Uint8Array(700_000))
      const argv = ['evaluate', dataset, '--out', out, ...quick, '--folds', '3']
      const full = await plumbline(home, argv)
      expect(full.code).toBe(3)
      expect(full.err).toContain('the disk is full')
      expect(existsSync(join(out, 'evaluation.json'))).toBe(false)
      execFileSync('rm', [filler])
      execFileSync('mount', ['-o', 'remount,size=64m', small])
      const second = await plumbline(home, argv)
      expect(second.code).toBe(0)
      expect(read(out).metrics.image.auroc.mean).toBeGreaterThan(0.9)
    })
  },
)
