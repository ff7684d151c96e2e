/** What the guardrails found in a dataset as one self-contained page, with the pictures to look at. */
import type { GuardrailPicture, GuardrailReport } from '../wire/guardrail-report.ts'
import { pageStyle } from './assets.ts'
import { dateTime, plural } from './format.ts'
import { html } from './html.ts'
import { pageDocument } from './page-document.ts'
import { evidencePictures } from './sections/evidence-pictures.ts'
import { findingCard } from './sections/findings.ts'
import { outside, section } from './sections/section.ts'
import { understoodSection } from './sections/understood.ts'

export interface CheckedWhat {
  readonly plumbline: string
  readonly dataset: string
  readonly command: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** @returns The whole HTML document; the same arguments give the same bytes. */
export function checkPage(
  { plumbline, dataset, command, createdAt }: CheckedWhat,
  { dataset: understood, findings, passed, skipped }: GuardrailReport,
  pictures: readonly GuardrailPicture[],
): string {
  const ids = [...new Set(findings.map(({ id }) => id))]
  return pageDocument({
    title: 'Dataset check',
    plumbline,
    style: pageStyle(),
    body: html`<main>
<header class="masthead"><p class="kicker">Dataset check</p><h1>${headline(findings)}</h1>
<dl class="facts"><div><dt>Dataset</dt><dd>${outside(dataset)}</dd></div><div><dt>Checked</dt><dd><time datetime="${createdAt}">${dateTime(createdAt)}</time></dd></div></dl></header>
${understood && understoodSection(understood)}
${ids.map((id) =>
  section({
    id: `finding-${id.replace('.', '-')}`,
    heading: id,
    body: html`${findings.filter((finding) => finding.id === id).map(findingCard)}
${evidencePictures(pictures, id)}`,
  }),
)}
${section({
  id: 'passed',
  heading: 'Passed',
  body:
    passed.length === 0
      ? html`<p class="muted">None.</p>`
      : html`<p>${passed.join(', ')}.</p>
<details><summary>Pictures</summary>${passed.map((id) => evidencePictures(pictures, id))}</details>`,
})}
${section({
  id: 'skipped',
  heading: 'Skipped',
  lead: 'Questions that could not be asked, and what would enable them.',
  body:
    skipped.length === 0
      ? html`<p class="muted">None.</p>`
      : html`<dl class="evidence">${skipped.map(({ id, reason }) => html`<div><dt>${id}</dt><dd>${outside(reason)}</dd></div>`)}</dl>`,
})}
<p class="muted"><code>${command}</code></p>
</main>`,
  })
}

function headline(findings: GuardrailReport['findings']): string {
  const of = (severity: string): number => findings.filter((finding) => finding.severity === severity).length
  const grave = of('error') + of('warning')
  if (grave === 0) return 'Nothing grave was found'
  return [
    of('error') > 0 && plural(of('error'), 'error'),
    of('warning') > 0 && plural(of('warning'), 'warning'),
  ]
    .filter((text) => text !== false)
    .join(' and ')
}
