/** The main job from the command line to the run folder: what is written, that it is right, that it repeats. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { auroc } from '../../src/evaluate/metrics/roc.ts'
import { parseScoresCsv } from '../../src/evaluate/scores-csv.ts'
import type { FoldRecord } from '../../src/run/folder/fold-record.ts'
import { type Evaluation, evaluationSchema } from '../../src/wire/evaluation.ts'
import { modelSchema } from '../../src/wire/model.ts'
import { type Ended, makeFolder, makeStripedDataset, plumbline, quick } from './striped-dataset.ts'

const home = makeFolder()
let dataset = ''
let run = ''
let ended: Ended
const evaluate = (out: string, ...more: string[]): Promise<Ended> =>
  plumbline(home, ['evaluate', dataset, '--out', out, ...quick, '--folds', '3', ...more])
const read = (folder: string): Evaluation =>
  evaluationSchema.parse(JSON.parse(readFileSync(join(folder, 'evaluation.json'), 'utf8')))

/** Everything that may not differ between two runs of the same seed. */
function lasting({ createdAt, seconds, environment, folds, ...rest }: Evaluation): unknown {
  return { ...rest, folds: folds.map(({ seconds: _, ...fold }) => fold) }
}

beforeAll(async () => {
  dataset = await makeStripedDataset()
  run = join(home, 'runs/first')
  ended = await evaluate(run, '--keep-models')
}, 600_000)

describe('evaluate', () => {
  it('ends well and says what it found', () => {
    expect(ended.err).not.toContain('plumbline evaluate:')
    expect(ended.code).toBe(0)
    expect(ended.out).toMatch(/Of 1,000 images, 10 of them defective \(assumed/)
    expect(ended.out).toContain(`Report: ${join(run, 'report.html')}`)
  })

  it('writes the files that docs/cli.md names, and leaves no working files', () => {
    expect(readdirSync(run).sort()).toEqual([
      '.plumbline',
      'config.json',
      'evaluation.json',
      'maps',
      'models',
      'report-data.json',
      'report.html',
      'scores.csv',
    ])
    expect(readdirSync(join(run, 'models')).sort()).toEqual(['fold-0', 'fold-1', 'fold-2'])
    const card = modelSchema.parse(JSON.parse(readFileSync(join(run, 'models/fold-0/model.json'), 'utf8')))
    expect(card.threshold).toMatchObject({ policy: 'youden', value: read(run).folds[0]!.threshold })
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('Of 1,000')
  })

  it('finds the obvious defects, and where they are', () => {
    const { metrics, dataset: described, naive } = read(run)
    expect(described.images).toEqual({ nominal: 44, anomalous: 22 })
    expect(described).toMatchObject({ layout: 'folders', partsKnown: false, failures: [] })
    expect(metrics.image.auroc.mean).toBeGreaterThan(0.95)
    expect(metrics.image.auroc.ci[1]).toBe(1)
    expect(metrics.image.auroc.ci[0]).toBeLessThan(1)
    expect(metrics.pixel!.auroc.mean).toBeGreaterThan(0.9)
    expect(metrics.pixel!.aupro.mean).toBeGreaterThan(0.7)
    expect(metrics.part).toBeNull()
    expect(naive.image.auroc).toBeGreaterThan(0.9)
  })

  it('writes scores from which its figures follow, with no image in two roles', () => {
    const rows = parseScoresCsv(readFileSync(join(run, 'scores.csv'), 'utf8'), 'scores.csv')
    const { folds } = read(run)
    for (const fold of folds) {
      const own = rows.filter((row) => row.fold === fold.fold)
      expect(new Set(own.map(({ image }) => image)).size).toBe(own.length)
      const inference = own.filter(({ role }) => role === 'inference')
      const area = auroc(
        Float64Array.from(inference, ({ score }) => score),
        Uint8Array.from(inference, ({ label }) => (label === 'anomalous' ? 1 : 0)),
      )
      expect(fold.metrics.image.auroc).toBe(area)
      const missed = inference.filter(
        ({ label, decision }) => label === 'anomalous' && decision === 'nominal',
      )
      expect(fold.confusion.image.fn).toBe(missed.length)
      expect(fold.counts.threshold).toEqual([11, 11])
      expect(fold.counts.train).toBe(22)
      expect(
        readdirSync(join(run, 'maps', `fold-${fold.fold}`), { recursive: true }).filter(isMap),
      ).toHaveLength(inference.length)
    }
  })

  it('gives the same figures from the same seed, with a cold cache and from config.json', async () => {
    const cold = join(home, 'runs/cold')
    const warm = join(home, 'runs/warm')
    await evaluate(cold, '--cache', join(makeFolder(), 'cache'), '--seed', '0')
    await plumbline(home, ['evaluate', '--config', join(run, 'config.json'), '--out', warm])
    expect(lasting(read(cold))).toEqual(lasting(read(run)))
    expect(lasting(read(warm))).toEqual(lasting(read(run)))
    for (const other of [cold, warm]) {
      expect(readFileSync(join(other, 'scores.csv'), 'utf8')).toBe(
        readFileSync(join(run, 'scores.csv'), 'utf8'),
      )
    }
  })

  it('gives other folds from another seed', async () => {
    const other = join(home, 'runs/other-seed')
    await evaluate(other, '--seed', '1')
    const images = (folder: string) => readFileSync(join(folder, 'scores.csv'), 'utf8').match(/^[^,]+/gm)
    expect(images(other)).not.toEqual(images(run))
  })

  it('prints exactly the document with --json, and nothing with --quiet', async () => {
    const { code, out, err } = await evaluate(join(home, 'runs/json'), '--json', '--quiet')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(lasting(evaluationSchema.parse(JSON.parse(out)))).toEqual(lasting(read(run)))
  })

  it('compares two runs, and refuses runs on other folds', async () => {
    const second = join(home, 'runs/second')
    await evaluate(second, '--option', 'peaks=1')
    const compared = await plumbline(home, ['compare', run, second, '--json'])
    expect(compared.code).toBe(0)
    expect(compared.json()).toMatchObject({
      folds: 3,
      verdict: expect.stringContaining('not distinguishable'),
    })
    await evaluate(join(home, 'runs/four'), '--seed', '4')
    const refused = await plumbline(home, ['compare', run, join(home, 'runs/four')])
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('seed: 0 and 4')
  })

  describe('stopped in its second fold', () => {
    const stopped = join(home, 'runs/stopped')
    const changed = join(home, 'runs/changed')
    let firstFold: FoldRecord

    beforeAll(async () => {
      const argv = ['evaluate', dataset, '--out', stopped, ...quick, '--folds', '3', '--keep-models']
      const { code } = await plumbline(home, argv, {}, (recorder) => {
        const isSecondFold = setInterval(() => {
          if (!existsSync(join(stopped, 'resume/fold-0/record.json'))) return
          clearInterval(isSecondFold)
          recorder.controller.abort()
        }, 1)
      })
      expect(code).toBe(130)
      expect(existsSync(join(stopped, 'evaluation.json'))).toBe(false)
      cpSync(stopped, changed, { recursive: true })
      firstFold = JSON.parse(readFileSync(join(stopped, 'resume/fold-0/record.json'), 'utf8'))
    }, 60_000)

    it('goes on where it stopped, to the same figures', async () => {
      expect((await evaluate(stopped, '--keep-models')).code).toBe(0)
      expect(read(stopped).folds[0]!.seconds).toEqual(firstFold.seconds) // to the nanosecond: it was taken up
      expect(lasting(read(stopped))).toEqual(lasting(read(run)))
      expect(existsSync(join(stopped, 'resume'))).toBe(false)
    })

    it('does not go on with what was made under other options', async () => {
      expect((await evaluate(changed, '--option', 'peaks=5')).code).toBe(0)
      expect(read(changed).folds[0]!.seconds).not.toEqual(firstFold.seconds)
      expect(read(changed).detector.options).toMatchObject({ peaks: 5 })
      for (const [i, { threshold }] of read(changed).folds.entries()) {
        expect(threshold).not.toBe(read(run).folds[i]!.threshold)
      }
    })
  })

  describe('into the folder of a finished run', () => {
    const taken = join(home, 'runs/taken')
    const curves = join(taken, 'curves/fold-0.json')

    beforeAll(() => {
      cpSync(run, taken, { recursive: true })
      mkdirSync(join(taken, 'curves'))
      writeFileSync(curves, '{}') // of a detector that is trained step by step
    })

    it('says nothing where the same is done again', async () => {
      const again = join(home, 'runs/again')
      cpSync(run, again, { recursive: true })
      expect((await evaluate(again, '--keep-models')).err).not.toContain('replaces')
    })

    it('takes options in another order for the same', async () => {
      const out = join(home, 'runs/ordered')
      const options = ['peaks=5', 'neighbours=3'].map((each) => ['--option', each])
      const argv = ['evaluate', dataset, '--out', out, ...quick, '--folds', '2']
      expect((await plumbline(home, [...argv, ...options.flat()])).code).toBe(0)
      const again = await plumbline(home, [...argv, ...options.toReversed().flat()])
      expect(again.code).toBe(0)
      expect(again.err).not.toContain('replaces')
    })

    it('mixes nothing where it is stopped in a run that belongs to it', async () => {
      const out = join(home, 'runs/shots')
      const shots = ['--shots', '1,2', '--draws', '2']
      const few = ['evaluate', dataset, '--out', out, ...quick, '--folds', '2', ...shots]
      expect((await plumbline(home, few)).code).toBe(0)
      const [whole, part] = [join(out, 'evaluation.json'), join(out, 'shots-1/evaluation.json')]
      const before = readFileSync(part, 'utf8')
      const { code } = await plumbline(home, [...few, '--seed', '1'], {}, (recorder) => {
        const isReplaced = setInterval(() => {
          if (existsSync(part) && readFileSync(part, 'utf8') === before) return
          clearInterval(isReplaced)
          recorder.controller.abort()
        }, 1)
      })
      expect(code).toBe(130)
      expect(existsSync(whole)).toBe(false)
    })

    it('says first what it is of, and mixes nothing where it is stopped', async () => {
      const argv = ['evaluate', dataset, '--out', taken, ...quick, '--folds', '3', '--option', 'peaks=5']
      const { code, err } = await plumbline(home, argv, {}, (recorder) => {
        const isSecondFold = setInterval(() => {
          if (!existsSync(join(taken, 'resume/fold-0/record.json'))) return
          clearInterval(isSecondFold)
          recorder.controller.abort()
        }, 1)
      })
      expect(code).toBe(130)
      expect(err).toMatch(/replaces the finished run there \(--option was .*, is .*"peaks":5.*\); Ctrl-C now/)
      const refused = await plumbline(home, ['report', taken])
      expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('no finished run is there') })
    })

    it('leaves nothing of the other', async () => {
      const { code, err } = await evaluate(taken, '--option', 'peaks=5')
      expect(err).not.toContain('replaces')
      expect(code).toBe(0)
      expect(read(taken).detector.options).toMatchObject({ peaks: 5 })
      expect(existsSync(curves)).toBe(false)
      expect(existsSync(join(taken, 'models'))).toBe(false)
    })

    it('leaves nothing of other images either', async () => {
      const [grown, out] = [join(home, 'grown'), join(home, 'runs/grown')]
      cpSync(dataset, grown, { recursive: true })
      const argv = ['evaluate', grown, '--out', out, ...quick, '--folds', '2']
      expect((await plumbline(home, argv)).code).toBe(0)
      cpSync(join(dataset, 'good/good-0.png'), join(grown, 'good/good-more.png'))
      for (const old of ['curves', 'maps/fold-2']) mkdirSync(join(out, old))
      expect((await plumbline(home, argv)).code).toBe(0)
      expect(read(out).dataset.images.nominal).toBe(45)
      expect(existsSync(join(out, 'curves'))).toBe(false)
      expect(readdirSync(join(out, 'maps')).sort()).toEqual(['fold-0', 'fold-1'])
    })
  })

  it('judges parts where they are known, and keeps a part in one role', async () => {
    const out = join(home, 'runs/parts')
    const { code, err } = await evaluate(out, '--part-pattern', '^(.+)\\.png$') // every image a part of its own
    expect(err).not.toContain('plumbline evaluate:')
    expect(code).toBe(0)
    const { metrics, protocol, dataset: described } = read(out)
    expect(protocol.unit).toBe('part')
    expect(described).toMatchObject({ partsKnown: true, parts: 66 })
    expect(metrics.part!.auroc.perFold).toEqual(metrics.image.auroc.perFold)
    expect(metrics.part!.escapeRate.perFold).toEqual(metrics.image.escapeRate.perFold)
    const rows = parseScoresCsv(readFileSync(join(out, 'scores.csv'), 'utf8'), 'scores.csv')
    const roles = new Map<string, string>()
    for (const { fold, part, role } of rows) {
      expect(roles.get(`${fold} ${part}`) ?? role).toBe(role)
      roles.set(`${fold} ${part}`, role)
    }
  })
})

describe('leakage', () => {
  it('is measured where images are drawn singly although parts are known', async () => {
    const folder = await makeStripedDataset({ nominal: 80, anomalous: 40 })
    // Two neighbouring numbers are one part: good-10 and good-11, ...
    const pairs = Array.from({ length: 120 }, (_, i) => {
      const [name, n] = i < 80 ? ['good', i] : ['spot', i - 80]
      const label = name === 'good' ? 'nominal' : 'anomalous'
      return `${name}/${name}-${n}.png,${label},${name}${n! >> 1}`
    })
    const manifest = join(folder, 'manifest.csv')
    writeFileSync(manifest, `path,label,part\n${pairs.join('\n')}\n`)
    const [singly, whole] = [join(home, 'runs/singly'), join(home, 'runs/whole')]
    for (const [out, unit] of [
      [singly, 'image'],
      [whole, 'part'],
    ] as const) {
      const argv = ['evaluate', manifest, '--out', out, ...quick, '--folds', '2', '--unit', unit]
      expect((await plumbline(home, argv)).code).toBe(0)
    }
    const found = read(singly).findings.find(({ id }) => id === 'leakage.part')!
    expect(found.severity).toBe('error')
    expect(found.evidence.ofLearntParts).toBeGreaterThan(0)
    expect(found.evidence.ofLearntPartsByPart).toBe(0)
    expect(found.evidence.aurocByPart).toMatchObject({ mean: read(whole).metrics.image.auroc.mean })
    expect(read(singly).metrics.part).toBeNull()
    expect(read(whole).metrics.part).not.toBeNull()
    expect(read(whole).findings.map(({ id }) => id)).not.toContain('leakage.part')
    expect(existsSync(join(singly, 'resume'))).toBe(false)
  })
})

describe('train and predict', () => {
  it('trains on every nominal image, and judges new ones as it should', async () => {
    const model = join(home, 'models/one')
    const trained = await plumbline(home, ['train', dataset, '--out', model, ...quick, '--json'])
    expect(trained.code).toBe(0)
    expect(modelSchema.parse(trained.json())).toMatchObject({
      trained: { images: 44, seed: 0 },
      threshold: { policy: 'youden', nominal: 44, anomalous: 22 },
    })
    const fresh = await makeStripedDataset({ nominal: 6, anomalous: 6, masks: false })
    const maps = join(home, 'predicted')
    const { code, json } = await plumbline(home, ['predict', model, fresh, '--out', maps, '--json'])
    expect(code).toBe(0)
    const { images } = json() as { images: { path: string; ok: boolean; verdict: string; map: string }[] }
    expect(images).toHaveLength(12)
    const right = images.filter(({ path, verdict }) => path.includes('/spot/') === (verdict === 'anomalous'))
    expect(right.length).toBeGreaterThanOrEqual(11)
    for (const { map } of images) expect(existsSync(map)).toBe(true)
  })

  it('judges the others when one image is bad, and exits with 3', async () => {
    const model = join(run, 'models/fold-0')
    const paths = [join(dataset, 'good/good-1.png'), join(home, 'nothing.png')]
    const { code, json } = await plumbline(home, ['predict', model, ...paths, '--threshold', '1', '--json'])
    expect(code).toBe(3)
    expect(json()).toEqual({
      images: [
        expect.objectContaining({ path: paths[0], ok: true, threshold: 1 }),
        { path: paths[1], ok: false, error: expect.stringContaining('no such file') },
      ],
    })
  })

  it('asks for a threshold where the model has none', async () => {
    const model = join(home, 'models/undecided')
    cpSync(join(run, 'models/fold-0'), model, { recursive: true })
    const card = JSON.parse(readFileSync(join(model, 'model.json'), 'utf8'))
    writeFileSync(join(model, 'model.json'), JSON.stringify({ ...card, threshold: null }))
    const { code, err } = await plumbline(home, ['predict', model, dataset])
    expect(code).toBe(2)
    expect(err).toContain('--threshold SCORE')
  })
})

const isMap = (name: unknown): boolean => String(name).endsWith('.webp')
