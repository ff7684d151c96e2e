/** What `diagnose` found in the model: findings with their pictures, curves of what a harmless change does, and what could not be asked. */
import type { Diagnosis } from '../../wire/diagnosis.ts'
import { doseChart } from '../charts/dose-chart.ts'
import { plural } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { evidencePictures } from './evidence-pictures.ts'
import { findingCard } from './findings.ts'
import { outside, section } from './section.ts'

export function diagnosisSection({ report, pictures, charts, fold, images, command }: Diagnosis): Markup {
  const { findings, passed, skipped } = report
  const found = new Set(findings.map(({ id }) => id))
  const shown = passed.filter((id) => pictures.some((picture) => picture.id === id))
  return section({
    id: 'diagnosis',
    heading: 'Diagnosis',
    lead: html`The model of fold ${fold + 1}, looked into: is it right for the right reasons, and what harmless change of a picture would it mistake for a defect? Up to ${plural(images, 'image')} of either label were changed and judged again at the fold’s own threshold. <code>${outside(command)}</code>`,
    body: html`${
      findings.length === 0
        ? html`<p>Nothing was found.</p>`
        : findings.map(
            (finding) => html`${findingCard(finding)}
${findings.findLast(({ id }) => id === finding.id) === finding && evidencePictures(pictures, finding.id)}`,
          )
    }
${
  charts.length > 0 &&
  html`<h3>Harmless changes, in doses</h3>
<p class="dose-legend"><span class="dose-overkill">good parts rejected</span> <span class="dose-escape">defective parts passed</span> <span class="dose-auroc">AUROC</span> Bars are 95 % intervals; in the shaded range no rate rises by 5 points; the dashed line is what two good days at one station may differ by.</p>
<div class="doses">${charts.map(
    (chart, i) =>
      html`<figure class="dose${found.has(chart.id) && ' found'}"><figcaption><h4>${chart.caption}</h4></figcaption>${doseChart(chart, `dose-${i + 1}`)}<p class="muted">${
        chart.harmless + 1 === chart.doses.length
          ? 'No dose did harm.'
          : html`${
              chart.harmless === 0
                ? html`Rates rise from the mildest dose on: ${chart.doses[1]!.words}`
                : html`No harm up to: ${chart.doses[chart.harmless]!.words}`
            }${found.has(chart.id) ? '.' : '; what lies beyond cannot be told from chance with so few images.'}`
      }</p></figure>`,
  )}</div>`
}
${shown.length > 0 && html`<details><summary>Pictures of questions that passed</summary>${shown.map((id) => html`<h4><code>${id}</code></h4>${evidencePictures(pictures, id)}`)}</details>`}
<p class="muted">Passed: ${passed.length === 0 ? 'none' : html`<code>${passed.join(', ')}</code>`}.</p>
${skipped.length > 0 && html`<details><summary>${plural(skipped.length, 'question')} could not be asked</summary><dl class="evidence">${skipped.map(({ id, reason }) => html`<div><dt>${id}</dt><dd>${outside(reason)}</dd></div>`)}</dl></details>`}`,
  })
}

/**
 * What stands against the figures after a diagnosis: its findings in place of the evaluation's own to the same questions.
 */
export function withDiagnosis<T extends { readonly id: string }>(
  findings: readonly T[],
  { report }: Pick<Diagnosis, 'report'>,
): readonly (T | Diagnosis['report']['findings'][number])[] {
  const asked = new Set([...report.passed, ...report.findings.map(({ id }) => id)])
  return [...findings.filter(({ id }) => !asked.has(id)), ...report.findings]
}
