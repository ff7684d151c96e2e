/** `check` from the command line: findings, files that it writes, exit codes, and datasets that lack something. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { dataGuardrails } from '../../src/guardrail/data/catalogue.ts'
import { encodeJpeg, encodePng } from '../../src/image/encode-image.ts'
import { stripes } from '../../src/testing/striped-image.ts'
import { evaluationSchema } from '../../src/wire/evaluation.ts'
import { type GuardrailReport, guardrailReportSchema } from '../../src/wire/guardrail-report.ts'
import { makeFolder, makeStripedDataset, plumbline, quick, write } from './striped-dataset.ts'

const home = makeFolder()
const eye = ['--backbone', 'filterbank', '--size', '64', '--threads', '2']
const check = (dataset: string, ...more: string[]) => plumbline(home, ['check', dataset, ...eye, ...more])
const report = async (dataset: string, ...more: string[]): Promise<GuardrailReport> => {
  const { code, json } = await check(dataset, '--json', ...more)
  expect(code).toBe(0)
  return guardrailReportSchema.parse(json())
}
const idsOf = ({ findings, passed, skipped }: GuardrailReport): string[] =>
  [...new Set([...findings.map(({ id }) => id), ...passed, ...skipped.map(({ id }) => id)])].sort()
const every = dataGuardrails.map(({ id }) => id).sort()

describe('a dataset with faults', () => {
  let dataset = ''
  let found: GuardrailReport
  beforeAll(async () => {
    dataset = await makeStripedDataset()
    write(join(dataset, 'good/copy.png'), readFileSync(join(dataset, 'spot/spot-0.png')))
    write(join(dataset, 'good/empty.png'), '')
    for (let i = 0; i < 22; i++)
      write(join(dataset, `good/more-${i}.png`), await encodeJpeg(stripes(3000 + i, false)))
    found = await report(dataset)
  })

  it('names each of them once, gravest first', () => {
    expect(idsOf(found)).toEqual(every)
    const errors = found.findings.filter(({ severity }) => severity === 'error').map(({ id }) => id)
    expect(errors).toContain('files.unreadable')
    expect(errors).toContain('leakage.duplicate')
    const ranks = found.findings.map(({ severity }) => ['error', 'warning', 'info'].indexOf(severity))
    expect(ranks).toEqual([...ranks].sort())
    expect(found.findings.find(({ id }) => id === 'leakage.duplicate')!.title).toContain(
      'once as nominal and once as anomalous',
    )
  })

  it('says it in words, fails a script that asked for it, and writes the page with pictures', async () => {
    const page = join(home, 'check.html')
    const { code, out, err } = await check(dataset, '--fail-on', 'error', '--report', page)
    expect(code).toBe(6)
    expect(out).toContain('(leakage.duplicate)')
    expect(out).toContain('Skipped')
    expect(err).toContain('--fail-on error')
    const html = readFileSync(page, 'utf8')
    expect(html).toContain('once as nominal and once as anomalous')
    expect(html).toContain('<img src="data:image/webp;base64,')
  })

  it('is told by evaluate too, above the verdict', async () => {
    const out = join(home, 'run')
    const ended = await plumbline(home, ['evaluate', dataset, '--out', out, ...quick, '--folds', '2'])
    expect(ended.code).toBe(0)
    const { findings } = evaluationSchema.parse(
      JSON.parse(readFileSync(join(out, 'evaluation.json'), 'utf8')),
    )
    expect(findings.map(({ id }) => id)).toContain('leakage.duplicate')
    expect(ended.out.indexOf('(leakage.duplicate)')).toBeLessThan(ended.out.indexOf('escape'))
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('copies of each other')
  })
})

describe('parts that nobody labelled', () => {
  it('are written down, and that manifest is a dataset', async () => {
    const dataset = await makeStripedDataset()
    const parts = join(home, 'parts.csv')
    expect((await check(dataset, '--write-parts', parts)).code).toBe(0)
    const lines = readFileSync(parts, 'utf8').trim().split('\n')
    expect(lines[0]).toMatch(/^path,label,part,/)
    expect(lines).toHaveLength(1 + 66)
    const again = await report(parts)
    expect(again.findings.filter(({ id }) => id === 'leakage.part')).toEqual([])
  })

  it('can be inferred for every command', async () => {
    const dataset = await makeStripedDataset()
    const found = await report(dataset, '--parts', 'inferred')
    expect(idsOf(found)).toEqual(every)
    const out = join(home, 'inferred')
    const argv = [
      'evaluate',
      dataset,
      '--out',
      out,
      ...quick,
      '--folds',
      '2',
      '--parts',
      'inferred',
      '--json',
    ]
    const { code, json } = await plumbline(home, argv)
    expect(code).toBe(0)
    expect(json()).toMatchObject({ protocol: { unit: 'part' }, dataset: { partsKnown: true } })
  })

  it('take more than a handful of images', async () => {
    const dataset = await makeStripedDataset({ nominal: 3, anomalous: 2 })
    for (const more of [
      ['--parts', 'inferred'],
      ['--write-parts', join(home, 'few.csv')],
    ]) {
      const { code, err } = await check(dataset, ...more)
      expect(code).toBe(5)
      expect(err).toContain('5 images are too few')
    }
    expect(existsSync(join(home, 'few.csv'))).toBe(false)
  })
})

describe('datasets that lack something: what cannot be asked says so, the rest is asked', () => {
  const reasonOf = ({ skipped }: GuardrailReport, id: string): string | undefined =>
    skipped.find((each) => each.id === id)?.reason

  it('masks', async () => {
    const found = await report(await makeStripedDataset({ masks: false }))
    expect(idsOf(found)).toEqual(every)
    expect(reasonOf(found, 'defect.size')).toContain('ground_truth')
  })

  it('anomalies', async () => {
    const found = await report(await makeStripedDataset({ nominal: 40, anomalous: 0 }))
    expect(idsOf(found)).toEqual(every)
    for (const id of ['defect.size', 'shortcut.metadata', 'sample.size'])
      expect(reasonOf(found, id)).toContain('no anomalous images')
  })

  it('all images but one', async () => {
    const folder = makeFolder()
    write(join(folder, 'good/one.png'), await encodePng(stripes(1, false)))
    const found = await report(folder)
    expect(idsOf(found)).toEqual(every)
    expect(found.findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(reasonOf(found, 'leakage.part')).toContain('1 image are too few')
  })

  it('all parts but one', async () => {
    const dataset = await makeStripedDataset()
    const found = await report(dataset, '--part-pattern', '(o)')
    expect(idsOf(found)).toEqual(every)
    expect(reasonOf(found, 'shortcut.metadata')).toContain('too few parts')
    expect(reasonOf(found, 'contamination')).toContain('too few nominal parts')
  })
})
