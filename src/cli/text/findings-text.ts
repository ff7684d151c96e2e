/** What the guardrails found, for someone at a terminal: gravest first, each with its remedy, then what was not answered. */
import type { Finding } from '../../wire/evaluation.ts'
import type { GuardrailReport } from '../../wire/guardrail-report.ts'
import { textWidth, wrap } from '../layout-text.ts'
import { findingText } from './finding-text.ts'
import { plain } from './plain.ts'

export function findingsText({ findings, passed, skipped }: GuardrailReport, columns: number): string {
  const width = textWidth(columns)
  const parts = [
    wrap(findingsSummary(findings), width),
    ...findings.map((finding) => findingText(finding, width)),
    ...(passed.length > 0 ? [`Passed\n${wrap(passed.join(', '), width, '  ')}`] : []),
    ...(skipped.length > 0
      ? [`Skipped\n${skipped.map(({ id, reason }) => wrap(`${id}: ${reason}`, width, '  ')).join('\n')}`]
      : []),
  ]
  return `${plain(parts.join('\n\n'))}\n`
}

/** How many of each severity, as a sentence. */
export function findingsSummary(findings: readonly Finding[]): string {
  const of = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length
  if (findings.length === 0) return 'Nothing found.'
  const counts = [
    [of('error'), 'error'],
    [of('warning'), 'warning'],
    [of('info'), 'note'],
  ] as const
  const words = counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`)
  return `${words.join(', ')}.`
}
