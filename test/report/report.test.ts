import { describe, expect, test } from 'vitest'
import { escapeHtml, html } from '../../src/report/html.ts'
import { contrast, dark, light, type Token } from '../../src/report/palette.ts'
import { renderReport } from '../../src/report/report.ts'
import { glossaryIds } from '../../src/report/sections/glossary.ts'
import { commandOf } from '../../src/report/sections/method.ts'
import type { ReportView } from '../../src/report/view.ts'
import type { Evaluation } from '../../src/wire/evaluation.ts'
import { evaluationSchema } from '../../src/wire/evaluation.ts'
import { fixtureRun } from './fixture.ts'
import { fixtureView } from './fixture-view.ts'

const view = await fixtureView(2, {}, 8)
const page = renderReport(view)
/** Without style, scripts and data. */
const markup = (whole: string): string => whole.replace(/<(style|script)[^>]*>[\s\S]*?<\/\1>/g, '')
/** What a reader without a script sees. */
const text = markup(page)
  .replace(/<[^>]+>/g, ' ')
  .replace(/\s+/g, ' ')

const withEvaluation = (change: (evaluation: Evaluation) => void): ReportView => {
  const evaluation = structuredClone(view.evaluation)
  change(evaluation)
  return { ...view, evaluation }
}

describe('content', () => {
  test('the fixture is a valid evaluation', () => {
    expect(evaluationSchema.safeParse(view.evaluation).error).toBeUndefined()
  })

  test('the verdict stands above everything, in it the number of findings and the worst, below it all of them', () => {
    const order = [
      'verdict',
      'findings',
      'figures',
      'curves',
      'what-if',
      'folds',
      'subgroups',
      'gallery',
      'method',
    ]
    const places = order.map((id) => page.indexOf(`<section id="${id}"`))
    expect(places.every((place) => place > 0)).toBe(true)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    const verdict = page.slice(page.indexOf('<section id="verdict"'), page.indexOf('<section id="findings"'))
    const of = (severity: string) => view.evaluation.findings.filter((each) => each.severity === severity)
    const [errors, warnings] = [of('error'), of('warning')]
    expect(verdict).toMatch(new RegExp(`${errors.length} errors? and ${warnings.length} warnings?</span>`))
    expect(verdict).toContain('Do not rely on these figures yet')
    expect(verdict).toContain('href="#findings"')
    for (const finding of view.evaluation.findings) {
      expect(verdict.includes(finding.title)).toBe(finding === errors[0])
    }
    expect(page.indexOf('class="finding error"')).toBeLessThan(page.indexOf('class="finding warning"'))
    expect(page).not.toContain('<details open')
  })

  test('the verdict says escapes and scrap per 1,000 at the prevalence, with intervals', () => {
    const { escapeRate, overkillRate } = view.evaluation.metrics.part!
    expect(text).toContain(`${(20 * escapeRate.mean!).toFixed(1)} of the 20 defective escape`)
    expect(text).toContain(`${(980 * overkillRate.mean!).toFixed(1)} of the 980 good are scrapped`)
    expect(text.match(/95 % interval/g)!.length).toBeGreaterThan(4)
  })

  test('a default prevalence is called one', () => {
    expect(text).toContain('as stated')
    const assumed = renderReport(
      withEvaluation((evaluation) => (evaluation.protocol.prevalenceStated = false)),
    )
    expect(assumed).toContain('nobody stated')
    expect(assumed).toContain('<code>--prevalence</code>')
  })

  test('what is missing is said: no parts, no masks, one fold, no rows, no pictures, no findings', () => {
    const run = fixtureRun(3, { folds: 1, perPart: 1, perHalf: 12 })
    run.evaluation.metrics.pixel = null
    run.evaluation.findings = []
    run.evaluation.subgroups = []
    const bare = markup(renderReport({ evaluation: run.evaluation, rows: [], gallery: [] }))
    for (const words of [
      'Part ids are unknown',
      'No pixel figures',
      'A single fold',
      'No curves',
      'No pictures',
      'No subgroups',
      'no proof',
    ]) {
      expect(bare).toContain(words)
    }
    expect(bare).not.toMatch(/NaN|undefined|Infinity|\[object/)
  })

  test('undefined figures are dashes, never NaN', () => {
    const nothing = { mean: null, sd: null, ci: [null, null], bootstrapCi: null, perFold: [null, null] }
    const holes = withEvaluation((evaluation) => {
      for (const key of Object.keys(evaluation.metrics.part!)) {
        if (key !== 'reviewRate') Object.assign(evaluation.metrics.part!, { [key]: nothing })
      }
      for (const fold of evaluation.folds) fold.threshold = null
    })
    const rendered = markup(renderReport({ ...holes, gallery: [] }))
    expect(rendered).toContain('no operating point')
    expect(rendered).not.toMatch(/NaN|undefined|>null|Infinity|\[object/)
  })

  test('the same view gives the same bytes', () => {
    expect(renderReport(view)).toBe(page)
  })

  test('the command quotes what a shell would split', () => {
    const command = commandOf(view.evaluation)
    expect(command).toContain("'/data/line 3/coupling-links'")
    expect(command).toContain('--seed 2')
    expect(commandOf(withEvaluation((e) => (e.dataset.path = "it's; rm")).evaluation)).toContain(
      `'it'\\''s; rm'`,
    )
  })
})

describe('safety', () => {
  const hostile = `"><script>alert(1)</script>'\`<img src=x onerror=alert(2)>&amp;\u2028\u202e\u0000]]>--></style></script>`

  test('every string from outside is escaped, wherever it lands', () => {
    const evil = (value: unknown): unknown => {
      if (typeof value === 'string') return hostile
      if (Array.isArray(value)) return value.map(evil)
      if (value !== null && typeof value === 'object') {
        return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, evil(inner)]))
      }
      return value
    }
    const fixed = view.evaluation
    const evaluation = structuredClone(fixed)
    for (const key of [
      'plumbline',
      'createdAt',
      'dataset',
      'detector',
      'backbone',
      'input',
      'environment',
    ] as const) {
      Object.assign(evaluation, { [key]: evil(evaluation[key]) })
    }
    evaluation.protocol.threshold = { policy: hostile, [hostile]: hostile }
    evaluation.protocol.merge.reason = hostile
    evaluation.detector.options = { [hostile]: [hostile, { [hostile]: hostile }] }
    for (const finding of evaluation.findings) {
      Object.assign(finding, {
        id: hostile,
        title: hostile,
        remedy: hostile,
        evidence: { [hostile]: hostile },
      })
    }
    for (const group of evaluation.subgroups) Object.assign(group, { column: hostile, value: hostile })
    const rendered = renderReport({
      evaluation,
      rows: view.rows.map((row) => ({ ...row, image: hostile, defect: hostile })),
      gallery: view.gallery.map((item) => ({ ...item, image: hostile, part: hostile, defect: hostile })),
      mapScale: { low: 0, high: 1, colours: ['#000000', '#ffffff'], basis: hostile },
      title: hostile,
      config: { [hostile]: hostile },
      command: hostile,
    })
    const count = (of: string, pattern: RegExp): number => of.match(pattern)?.length ?? 0
    expect(count(rendered, /<script/g)).toBe(count(page, /<script/g))
    expect(count(rendered, /<\/script/g)).toBe(count(page, /<\/script/g))
    expect(count(rendered, /<\/style/g)).toBe(1)
    expect(rendered).not.toMatch(/<[^>]*\sonerror=alert\(2\)>/)
    expect(rendered).not.toContain('<img src=x')
    expect(rendered).not.toContain('\u0000')
  })

  test('values are escaped in text and attributes, nested markup is not escaped twice', () => {
    expect(html`<a title="${'"<&'}">${html`<b>${"<'>"}</b>`}${[1, null, false, 'x']}</a>`.text).toBe(
      '<a title="&quot;&lt;&amp;"><b>&lt;&#39;&gt;</b>1x</a>',
    )
    expect(escapeHtml('\ud800')).toBe('\ufffd')
  })

  test('nothing is fetched: no address, a policy that forbids it, style and script by hash', () => {
    expect(page).not.toMatch(/https?:|\/\/[a-z]+\.|@import|url\((?!#)/)
    expect([...page.matchAll(/\s(?:src|href)="([^"]*)"/g)].every(([, to]) => /^(#|data:)/.test(to!))).toBe(
      true,
    )
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(page).not.toMatch(/\sstyle="|\son[a-z]+="/)
  })
})

describe('access', () => {
  test('ids are unique, and every reference to one is met', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!)
    expect(new Set(ids).size).toBe(ids.length)
    const references = [...page.matchAll(/\s(?:aria-labelledby|aria-describedby|for)="([^"]+)"/g)]
      .flatMap(([, list]) => list!.split(' '))
      .concat([...page.matchAll(/\shref="#([^"]+)"/g)].map(([, id]) => id!))
    expect(references.filter((id) => !ids.includes(id))).toEqual([])
    expect(references.length).toBeGreaterThan(50)
  })

  test('terms link to words that are explained', () => {
    const used = [...page.matchAll(/href="#word-([^"]+)"/g)].map(([, id]) => id!)
    expect(used.filter((id) => !glossaryIds.includes(id))).toEqual([])
  })

  test('pictures that carry meaning have a title and a description; tables have headings', () => {
    for (const [svg] of page.matchAll(/<svg class="chart[^>]*>[\s\S]*?<\/svg>/g)) {
      expect(svg).toContain('role="img"')
      expect(svg).toMatch(/<title id="[^"]+">[^<]{10,}/)
      expect(svg).toMatch(/<desc id="[^"]+">[^<]{40,}/)
    }
    expect(page.match(/<table[ >]/g)!.length).toBe(page.match(/<caption[ >]/g)!.length)
    expect(page.match(/<h1/g)!.length).toBe(1)
  })

  const texts: [Token, Token, number][] = [
    ...(['ink', 'muted', 'accent', 'escape', 'overkill'] as const).flatMap((ink) =>
      (['page', 'surface'] as const).map((ground): [Token, Token, number] => [ink, ground, 4.5]),
    ),
    ['ink', 'sunken', 4.5],
    ['muted', 'sunken', 4.5],
    ['ink', 'overkill-soft', 4.5],
    ['ink', 'accent-soft', 4.5],
    ['muted', 'accent-soft', 4.5],
    ['escape', 'escape-soft', 4.5],
    ['overkill', 'overkill-soft', 4.5],
    ['good', 'good-soft', 4.5],
    ['accent', 'accent-soft', 4.5],
    ['nominal', 'surface', 4.5],
    ['anomalous', 'surface', 4.5],
    ['control', 'page', 3],
    ['control', 'surface', 3],
    ['focus', 'page', 3],
    ['focus', 'surface', 3],
  ]
  test.each([['light', light] as const, ['dark', dark] as const])('contrast in %s meets AA', (_, tokens) => {
    const failing = texts
      .map(([ink, ground, least]) => ({ ink, ground, least, ratio: contrast(tokens[ink], tokens[ground]) }))
      .filter(({ ratio, least }) => ratio < least)
    expect(failing).toEqual([])
  })

  test('contrast is WCAG’s: 21 for black on white, 4.54 for #767676 on white', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10)
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
  })
})
