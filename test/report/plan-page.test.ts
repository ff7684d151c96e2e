import { expect, it } from 'vitest'
import { planText } from '../../src/cli/text/plan-text.ts'
import { planPage } from '../../src/report/plan-page.ts'
import { planFixture } from './plan-fixture.ts'

const page = planPage(planFixture)

it('answers first, then shows curves, figures and proofs; the same plan gives the same bytes', () => {
  const order = [
    'id="answer"',
    planFixture.answer[0]!,
    'id="good-auroc"',
    'id="defective-widths"',
    'id="proofs"',
    '299',
  ]
  const places = order.map((text) => page.indexOf(text))
  expect(places.every((place) => place > 0)).toBe(true)
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(planPage(planFixture)).toBe(page)
})

it('is self-contained, and escapes what comes from outside', () => {
  expect(page).toContain("default-src 'none'")
  expect(page).not.toMatch(/<script|https?:\/\/|<parts>/)
  expect(page).toContain('&lt;parts&gt;')
  expect(page.match(/<\/div>/g)).toHaveLength(page.match(/<div[ >]/g)?.length ?? 0)
})

it('draws what was measured full, what was carried on hollow, each with its interval in words', () => {
  const hollow = page.match(/learning-hollow" cx/g) ?? []
  expect(hollow).toHaveLength(2 + 2 * 2 + 2 * 1) // AUROC, two rates, two widths
  expect(page).toContain('160: AUROC 0.960 (0.940 to 0.970), carried on')
  expect(page).not.toMatch(/NaN|undefined|Infinity/)
})

it('is said in a terminal: sentences first, no line too wide for them, tables after', () => {
  const text = planText(planFixture, '/plans/plan.html', 80)
  expect(text.startsWith('With 80 more good photographs')).toBe(true)
  expect(text).toMatch(/^ *now +80 +0\.920 +0\.890 to 0\.940 +12\.0 %/m)
  expect(text).toContain('Page: /plans/plan.html')
  expect(planText(planFixture, null, 80)).not.toContain('Page:')
})
