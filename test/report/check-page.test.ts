import { expect, it } from 'vitest'
import { checkPage } from '../../src/report/check-page.ts'
import { findingsBlock } from '../../src/report/sections/findings.ts'
import type { Finding } from '../../src/wire/evaluation.ts'
import type { GuardrailPicture } from '../../src/wire/guardrail-report.ts'

const what = {
  plumbline: '0.1.0',
  dataset: 'a<b',
  command: 'plumbline check a',
  createdAt: '2026-01-01T00:00:00Z',
}
const finding = (id: string, severity: Finding['severity'], title: string): Finding => ({
  id,
  severity,
  title,
  evidence: { images: 3 },
  remedy: 'Mend it.',
})
const pictureOf = (id: string, caption: string): GuardrailPicture => ({
  id,
  caption,
  picture: 'data:image/webp;base64,AAAA',
  width: 64,
  height: 64,
})
const findings = [
  finding('leakage.part', 'error', 'Torn <parts>.'),
  finding('quality.blur', 'warning', 'Blunt.'),
  finding('leakage.part', 'info', 'Odd parts.'),
]
const pictures = [pictureOf('leakage.part', 'Rows of parts.'), pictureOf('balance', 'Counts.')]

it('shows every finding with its pictures, gravest first, and escapes what comes from outside', () => {
  const report = {
    findings,
    passed: ['balance'],
    skipped: [{ id: 'defect.size', reason: 'there are no masks' }],
  }
  const page = checkPage(what, report, pictures)
  expect(page).toContain('1 error and 1 warning')
  expect(page).toContain('Torn &lt;parts&gt;.')
  expect(page).not.toContain('Torn <parts>')
  const order = ['Torn', 'Odd parts.', 'Rows of parts.', 'Blunt.', 'Counts.', 'there are no masks']
  const places = order.map((text) => page.indexOf(text))
  expect(places.every((place) => place > 0)).toBe(true)
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(page).toContain("default-src 'none'")
  expect(checkPage(what, report, pictures)).toBe(page)
})

it('says so when there is nothing', () => {
  expect(checkPage(what, { findings: [], passed: [], skipped: [] }, [])).toContain('Nothing grave was found')
})

it('puts the pictures of a question once, beside the last of its findings', () => {
  const block = findingsBlock(findings, pictures).text
  expect(block.split('Rows of parts.</figcaption>')).toHaveLength(2)
  expect(block.indexOf('Rows of parts.')).toBeGreaterThan(block.indexOf('Odd parts.'))
  expect(block).not.toContain('Counts.')
})
