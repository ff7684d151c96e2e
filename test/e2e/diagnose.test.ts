/** A finished run looked into from the command line: what is found, written, kept, and refused. */
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { diagnosisSchema } from '../../src/wire/diagnosis.ts'
import { guardrailReportSchema } from '../../src/wire/guardrail-report.ts'
import { type Ended, makeFolder, makeStripedDataset, plumbline, quick } from './striped-dataset.ts'

const home = makeFolder()
const run = join(home, 'runs/first')
let dataset = ''
let ended: Ended
const diagnose = (...more: string[]): Promise<Ended> =>
  plumbline(home, ['diagnose', run, '--threads', '2', '--images', '10', ...more])
const read = () => diagnosisSchema.parse(JSON.parse(readFileSync(join(run, 'diagnosis.json'), 'utf8')))

beforeAll(async () => {
  dataset = await makeStripedDataset({ nominal: 64, anomalous: 32 })
  await plumbline(home, ['evaluate', dataset, '--out', run, ...quick, '--folds', '2'])
  ended = await diagnose('--json')
}, 120_000)

describe('diagnose', () => {
  it('asks every question once, and says which it could not ask', () => {
    expect(ended.code).toBe(0)
    const { findings, passed, skipped } = guardrailReportSchema.parse(ended.json())
    const ids = [...new Set([...findings, ...skipped].map(({ id }) => id)), ...passed]
    expect(ids).toHaveLength(17)
    expect(passed).toContain('localisation.concordance')
    expect(skipped.map(({ id }) => id)).toContain('background.reliance')
  })

  it('finds that stripes which are turned are taken for a defect', () => {
    const { report, charts } = read()
    expect(report.findings.map(({ id }) => id)).toContain('robustness.rotation')
    expect(charts).toHaveLength(8)
  })

  it('puts it into the report, which `report` keeps, and leaves no working files', async () => {
    const page = readFileSync(join(run, 'report.html'), 'utf8')
    expect(page).toContain('id="diagnosis"')
    await plumbline(home, ['report', run])
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toBe(page)
    expect(readdirSync(run).filter((name) => name.startsWith('diagnos'))).toEqual(['diagnosis.json'])
  })

  it('goes on after an interruption with the questions that have no answer, to the same answers', async () => {
    const before = read()
    const answers = join(run, 'diagnose-resume')
    const stopped = await plumbline(
      home,
      ['diagnose', run, '--threads', '2', '--images', '10'],
      {},
      (recorder) => {
        const isHalf = setInterval(() => {
          if (!existsSync(join(answers, 'robustness.rotation.json'))) return
          clearInterval(isHalf)
          recorder.controller.abort()
        }, 1)
      },
    )
    expect(stopped.code).toBe(130)
    expect(readdirSync(answers)).toContain('robustness.rotation.json')
    const whole = await diagnose('--fail-on', 'warning')
    expect(whole.code).toBe(0)
    expect(whole.out).toContain('robustness.rotation')
    expect(whole.out).toContain(`Report: ${join(run, 'report.html')}`)
    expect(existsSync(answers)).toBe(false)
    expect(read().report).toEqual(before.report)
  })

  it('refuses a fold that is not there, a run that is not there, and a dataset that has changed', async () => {
    expect((await diagnose('--fold', '2')).code).toBe(2)
    expect((await plumbline(home, ['diagnose', join(home, 'runs/none')])).code).toBe(3)
    appendFileSync(join(dataset, 'good/good-0.png'), 'x')
    const changed = await diagnose()
    expect(changed.code).toBe(3)
    expect(changed.err).toContain('is not the dataset that')
  })

  it('still asks of the figures where the model cannot be had again, and fails on what it is told to fail on', async () => {
    const other = join(home, 'runs/other')
    const fresh = await makeStripedDataset({}, join(home, 'fresh'))
    await plumbline(home, ['evaluate', fresh, '--out', other, ...quick, '--folds', '2', '--keep-models'])
    rmSync(join(other, 'models/fold-0/bank.bin'), { force: true })
    cpSync(join(other, 'models/fold-1'), join(other, 'models/fold-0'), { recursive: true })
    const path = join(other, 'evaluation.json')
    const evaluation = JSON.parse(readFileSync(path, 'utf8'))
    evaluation.folds[0].threshold += 1
    writeFileSync(path, JSON.stringify(evaluation))
    const asked = await plumbline(home, ['diagnose', other, '--threads', '2', '--json', '--fail-on', 'error'])
    expect(asked.code).toBe(6)
    expect(asked.err).toContain('selection.leakage')
    const { skipped, findings, passed } = guardrailReportSchema.parse(asked.json())
    expect(skipped.filter(({ reason }) => reason.includes('the kept model of fold 0 gives'))).toHaveLength(11)
    expect(findings.length + passed.length).toBeGreaterThanOrEqual(5)
    writeFileSync(join(other, 'config.json'), '{}')
    expect((await plumbline(home, ['diagnose', other])).code).toBe(3)
  })
})
