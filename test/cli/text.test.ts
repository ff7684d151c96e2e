import { describe, expect, it } from 'vitest'
import { definitions, table, wrap } from '../../src/cli/layout-text.ts'
import { comparisonText } from '../../src/cli/text/comparison-text.ts'
import { evaluationText } from '../../src/cli/text/evaluation-text.ts'
import { gravestFirst } from '../../src/cli/text/finding-text.ts'
import { findingsText } from '../../src/cli/text/findings-text.ts'
import { modelText } from '../../src/cli/text/model-text.ts'
import { predictionText } from '../../src/cli/text/prediction-text.ts'
import type { Comparison, Difference } from '../../src/evaluate/compare.ts'
import { verdictSentence } from '../../src/evaluate/verdict.ts'
import type { Region } from '../../src/wire/prediction.ts'
import { modelCard } from '../helpers/model-card.ts'
import { fixtureRun } from '../report/fixture.ts'

describe('layout of text', () => {
  it('wraps at blanks, never inside a word', () => {
    expect(wrap('one two three-four', 8, ' ')).toBe(' one two\n three-four')
    expect(wrap('', 8)).toBe('')
  })

  it('puts long terms on a line of their own', () => {
    expect(
      definitions(
        [
          ['a', 'meaning'],
          ['x'.repeat(40), 'other'],
        ],
        60,
      ),
    ).toBe(`  a${' '.repeat(27)}meaning\n  ${'x'.repeat(40)}\n${' '.repeat(30)}other`)
  })

  it('sets figures to the right and words to the left', () => {
    expect(
      table(
        [
          ['name', 'n'],
          ['a', '10'],
          ['bcdef', '\u22121'],
        ],
        '',
      ),
    ).toBe('name     n\na       10\nbcdef   \u22121')
  })
})

describe('an evaluation in words', () => {
  const { evaluation } = fixtureRun(0)
  const text = evaluationText(evaluation, 'runs/1/report.html', 80)
  const flat = text.replace(/\s+/g, ' ')

  it('has the verdict, every finding with its remedy, and the report', () => {
    expect(flat).toContain(verdictSentence(evaluation))
    expect(evaluation.findings.length).toBeGreaterThan(0)
    for (const { id, title, remedy } of evaluation.findings) {
      expect(flat).toContain(`${title} (${id})`)
      expect(flat).toContain(remedy)
    }
    expect(text.endsWith('Report: runs/1/report.html\n')).toBe(true)
  })

  it('speaks of parts where parts are known, else of images', () => {
    const { part, image } = evaluation.metrics
    expect(flat).toContain(`AUROC ${part!.auroc.mean!.toFixed(3)}`)
    const byImage = { ...evaluation, metrics: { ...evaluation.metrics, part: null, pixel: null } }
    const other = evaluationText(byImage, 'r', 80).replace(/\s+/g, ' ')
    expect(other).toContain(`Per image mean`)
    expect(other).toContain(`AUROC ${image.auroc.mean!.toFixed(3)}`)
    expect(other).not.toContain('Pixels')
  })

  it('fits into 80 columns and has no narrow blanks', () => {
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(text).not.toContain('\u202f')
  })
})

it('predictions are lines with tabs, failures among them', () => {
  const region = { area: 4, peak: 2, mean: 1.5 }
  const regions: Region[] = [
    { box: [3, 4, 2, 2], ...region },
    { box: [9, 9, 1, 5], ...region },
  ]
  const text = predictionText({
    images: [
      { path: '/a.png', ok: true, score: 1.25, threshold: 1, verdict: 'anomalous', map: '/m/a.png', regions },
      { path: '/b.png', ok: false, error: 'is not an image' },
    ],
  })
  expect(text.split('\n')).toEqual([
    'verdict\tscore\tthreshold\timage\tmap\tregions',
    'anomalous\t1.2500\t1.0000\t/a.png\t/m/a.png\t3,4,2,2 9,9,1,5',
    'failed\t\t\t/b.png\tis not an image',
    '',
  ])
})

it('a model without a threshold says what predict will need', () => {
  const card = modelCard({ input: { width: 256, height: 192, fit: 'pad' } })
  const text = modelText(card, '/models/1', 80)
  expect(text).toContain('256 x 192, pad')
  expect(text).toContain('none: train with --threshold conformal')
})

it('a comparison says what is not distinguishable', () => {
  const difference = (mean: number, isDistinguishable: boolean): Difference => ({
    a: 0.9,
    b: 0.9 - mean,
    mean,
    sd: 0.01,
    ci: [mean - 0.02, mean + 0.02],
    pValue: 0.5,
    perFold: [mean],
    isDistinguishable,
    words: '',
  })
  const comparison: Comparison = {
    a: 'runs/1',
    b: 'runs/2',
    folds: 5,
    figures: {
      auroc: difference(0.01, false),
      balancedAccuracy: difference(0.05, true),
      escapeRate: difference(-0.01, false),
      overkillRate: difference(0, false),
    },
    partAuroc: difference(0.02, false),
    delong: { perFold: [], pooled: 0.4 },
    mcnemar: { perFold: [], pooled: null },
    isClustered: true,
    leak: null,
    verdict: 'AUROC: not distinguishable.',
  }
  const lines = comparisonText(comparison, 80).split('\n')
  expect(lines.find((line) => line.includes('AUROC by image'))).toMatch(
    /0\.010 +−0\.010 to 0\.030 +not distinguishable$/,
  )
  expect(lines.find((line) => line.includes('AUROC by part'))).toMatch(/0\.000 to 0\.040 +not dist/)
  expect(lines.find((line) => line.includes('balanced accuracy'))).toMatch(/0\.030 to 0\.070 +different$/)
  expect(lines.join(' ')).toContain('which those of one part are not')
})

describe('findings in words', () => {
  const finding = (severity: 'error' | 'warning' | 'info', title: string) => ({
    id: 'some.id',
    severity,
    title,
    evidence: {},
    remedy: 'Mend it.',
  })

  it('has a summary, each finding with its remedy, what passed, and why something was not asked', () => {
    const text = findingsText(
      {
        findings: [finding('error', 'Torn.'), finding('warning', 'Blunt.'), finding('warning', 'Dark.')],
        passed: ['a', 'b'],
        skipped: [{ id: 'c', reason: 'there are no masks' }],
      },
      80,
    )
    expect(text).toMatch(/^1 error, 2 warnings\.\n/)
    expect(text).toContain('  error: Torn. (some.id)\n    Mend it.')
    expect(text).toContain('Passed\n  a, b')
    expect(text).toContain('Skipped\n  c: there are no masks')
  })

  it('says that nothing was found', () => {
    expect(findingsText({ findings: [], passed: ['a'], skipped: [] }, 80)).toMatch(/^Nothing found\./)
  })

  it('sorts by severity and else keeps the order', () => {
    const [a, b, c] = [finding('warning', 'a'), finding('error', 'b'), finding('warning', 'c')]
    expect(gravestFirst([a, b, c])).toEqual([b, a, c])
  })
})
