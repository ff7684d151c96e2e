/** One finding for someone at a terminal: what, and what to do next. */
import type { Finding } from '../../wire/evaluation.ts'
import { wrap } from '../layout-text.ts'

export function findingText(
  { severity, id, title, remedy }: Omit<Finding, 'evidence'>,
  width: number,
): string {
  return `${wrap(`${severity}: ${title} (${id})`, width, '  ')}\n${wrap(remedy, width, '    ')}`
}

const severities = ['error', 'warning', 'info'] as const

/** Otherwise in their order. */
export const gravestFirst = (findings: readonly Finding[]): readonly Finding[] =>
  severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
