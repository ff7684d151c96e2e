/** What stands against believing the figures: one line beside the verdict, and below it every finding, one click away. */
import type { Finding } from '../../wire/evaluation.ts'
import type { GuardrailPicture } from '../../wire/guardrail-report.ts'
import { grouped, plural } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { evidencePictures } from './evidence-pictures.ts'
import { outside } from './section.ts'

const words = { error: 'Error', warning: 'Warning', info: 'Note' } as const

export function findingsBlock(
  findings: readonly Finding[],
  pictures: readonly GuardrailPicture[] = [],
): Markup {
  const of = (severity: Finding['severity']): Finding[] =>
    findings.filter((finding) => finding.severity === severity)
  const errors = of('error')
  const warnings = of('warning')
  const notes = of('info')
  const grave = [...errors, ...warnings]
  // A question may have several answers; its pictures stand with the last.
  const folded = (finding: Finding): Markup => {
    const isLast = [...grave, ...notes].findLast(({ id }) => id === finding.id) === finding
    const isShown = isLast && pictures.some(({ id }) => id === finding.id)
    return html`<details class="finding ${finding.severity}"><summary><span class="badge ${finding.severity}">${words[finding.severity]}</span> ${outside(finding.title)}</summary>
<p>${outside(finding.remedy)}</p>
<p class="muted">Evidence <code>${outside(finding.id)}</code></p>${evidenceList(finding)}${isShown && evidencePictures(pictures, finding.id)}</details>`
  }
  return html`<section id="findings" aria-labelledby="findings-h" class="findings"><h2 id="findings-h">${headline(errors.length, warnings.length)}</h2>
${grave.length === 0 && html`<p class="muted">That is no proof that all is well: <code>plumbline check</code> examines the dataset and <code>plumbline diagnose</code> the model.</p>`}
${grave.map(folded)}
${notes.length > 0 && html`<details class="notes"><summary>${plural(notes.length, 'note')}</summary>${notes.map(folded)}</details>`}</section>
`
}

/** What stands beside the verdict: how many findings there are, and the gravest of them; false for none. */
export function findingsLine(findings: readonly Finding[]): Markup | false {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const warnings = findings.filter(({ severity }) => severity === 'warning')
  const worst = errors[0] ?? warnings[0]
  if (worst === undefined) return false
  const others = errors.length + warnings.length - 1
  return html`<p class="against ${worst.severity}"><span class="badge ${worst.severity}">${counted(errors.length, warnings.length)}</span> ${errors.length > 0 && html`<strong>Do not rely on these figures yet.</strong> `}${outside(worst.title)} <a href="#findings">${others > 0 ? `This and ${plural(others, 'other')}` : 'What to do'}</a></p>
`
}

function headline(errors: number, warnings: number): string {
  return errors + warnings === 0
    ? 'No finding speaks against these figures'
    : `What speaks against these figures: ${counted(errors, warnings)}`
}

const counted = (errors: number, warnings: number): string =>
  [errors > 0 && plural(errors, 'error'), warnings > 0 && plural(warnings, 'warning')]
    .filter((text) => text !== false)
    .join(' and ')

export function findingCard(finding: Finding): Markup {
  return html`<article class="finding ${finding.severity}"><h3><span class="badge ${finding.severity}">${words[finding.severity]}</span> ${outside(finding.title)}</h3>
<p>${outside(finding.remedy)}</p>
<details><summary>Evidence <code>${outside(finding.id)}</code></summary>${evidenceList(finding)}</details></article>`
}

function evidenceList({ evidence }: Finding): Markup {
  const entries = Object.entries(evidence)
  if (entries.length === 0) return html`<p class="muted">None recorded.</p>`
  return html`<dl class="evidence">${entries.map(([name, value]) => html`<div><dt>${outside(spaced(name))}</dt><dd>${outside(evidenceText(value))}</dd></div>`)}</dl>`
}

/** `maxShare` as `max share`; names with other characters stay as they are. */
export function spaced(name: string): string {
  return /^[a-zA-Z][a-zA-Z0-9]*$/.test(name)
    ? name.replace(
        /([a-z0-9])([A-Z])/g,
        (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
      )
    : name
}

const longest = 12

/** Any JSON value in one line; long lists are cut and say so. */
export function evidenceText(value: unknown): string {
  if (typeof value === 'number')
    return Number.isInteger(value) ? grouped(value) : String(Number(value.toPrecision(4)))
  if (typeof value === 'string' || typeof value === 'boolean') return String(value)
  if (value === null || value === undefined) return 'none'
  if (Array.isArray(value)) {
    const shown = value.slice(0, longest).map(evidenceText).join(', ')
    return value.length > longest ? `${shown} … and ${value.length - longest} more` : shown || 'none'
  }
  return Object.entries(value)
    .map(([name, inner]) => `${spaced(name)} ${evidenceText(inner)}`)
    .join('; ')
}
