import { describe, expect, it } from 'vitest'
import { renderReport } from '../../src/report/report.ts'
import { diagnosisSection, withDiagnosis } from '../../src/report/sections/diagnosis.ts'
import { type Diagnosis, diagnosisSchema } from '../../src/wire/diagnosis.ts'
import { fixtureView } from './fixture-view.ts'

const dose = (label: string) => ({ label, words: `turned by ${label}°` })
const at = (value: number | null) => ({ value, interval: value === null ? null : [value, value] })

const diagnosis: Diagnosis = diagnosisSchema.parse({
  version: 1,
  plumbline: '0.1.0',
  createdAt: '2026-01-02T00:00:00Z',
  evaluatedAt: '2026-01-01T00:00:00Z',
  command: 'plumbline diagnose runs/<first>',
  fold: 0,
  images: 60,
  report: {
    findings: [
      {
        id: 'robustness.rotation',
        severity: 'warning',
        title: 'Turned by 5°, good parts are <rejected>.',
        evidence: {},
        remedy: 'Hold them.',
      },
    ],
    passed: ['silhouette.map', 'subgroup.worst'],
    skipped: [{ id: 'background.reliance', reason: 'no masks of <objects>' }],
  },
  pictures: [
    {
      id: 'silhouette.map',
      caption: 'An average',
      picture: 'data:image/webp;base64,AAAA',
      width: 2,
      height: 1,
    },
  ],
  charts: [
    {
      id: 'robustness.rotation',
      caption: 'How far may it be turned?',
      axis: 'turned, degrees',
      doses: ['0', '1', '5'].map(dose),
      harmless: 1,
      expected: 2,
      series: [
        { name: 'good parts rejected', kind: 'overkill', values: [0, 0, 1].map(at) },
        { name: 'defective parts passed', kind: 'escape', values: [0.1, 0.1, null].map(at) },
        { name: 'AUROC', kind: 'auroc', values: [0.9, 0.9, 0.5].map(at) },
      ],
    },
  ],
})

describe('the diagnosis section', () => {
  it('shows findings, curves with the harmless range, pictures of what passed, and what could not be asked', () => {
    const page = diagnosisSection(diagnosis).text
    expect(page).toContain('Turned by 5°, good parts are &lt;rejected&gt;.')
    expect(page.match(/class="dose-harmless"/g)).toHaveLength(1)
    expect(page.match(/class="dose-expected"/g)).toHaveLength(1)
    expect(page.match(/<circle/g)).toHaveLength(8)
    expect(page).toContain('No harm up to: turned by 1°.')
    expect(page).toContain('alt="An average"')
    expect(page).toContain('no masks of &lt;objects&gt;')
    expect(page).not.toMatch(/NaN|undefined|runs\/<first>/)
  })

  it('does not call chance harm, nor harm harmless', () => {
    const { report, charts } = diagnosis
    const passed = { ...diagnosis, report: { ...report, findings: [], passed: ['robustness.rotation'] } }
    expect(diagnosisSection(passed).text).toContain('cannot be told from chance')
    const whole = { ...passed, charts: charts.map((chart) => ({ ...chart, harmless: 2 })) }
    expect(diagnosisSection(whole).text).toContain('No dose did harm.')
    const none = { ...diagnosis, charts: charts.map((chart) => ({ ...chart, harmless: 0 })) }
    expect(diagnosisSection(none).text).toContain('Rates rise from the mildest dose on: turned by 1°.')
  })

  it('stands on the page where there is one, and its findings with the verdict', async () => {
    const view = await fixtureView(3, {}, 0)
    expect(renderReport(view)).not.toContain('href="#diagnosis"')
    const page = renderReport({ ...view, diagnosis })
    expect(page).toContain('href="#diagnosis"')
    const [verdict, figures] = ['id="verdict"', 'id="figures"'].map((id) => page.indexOf(id))
    const found = page.indexOf('good parts are &lt;rejected&gt;', verdict)
    expect(found).toBeGreaterThan(0)
    expect(found).toBeLessThan(figures!)
  })
})

describe('withDiagnosis', () => {
  it('lets the diagnosis answer what both asked', () => {
    const own = ['subgroup.worst', 'robustness.rotation', 'leakage.part'].map((id) => ({ id }))
    expect(withDiagnosis(own, diagnosis).map(({ id }) => id)).toEqual(['leakage.part', 'robustness.rotation'])
  })
})
