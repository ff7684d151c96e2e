/** `--fail-on`: findings that make a command fail, so that a script can stop on them. */
import { FindingError } from '../errors.ts'
import { choice } from '../options/kinds.ts'
import type { Finding } from '../wire/evaluation.ts'

export const failOnOption = {
  failOn: choice(['error', 'warning'], {
    help: 'Exit with 6 if there is a finding of this severity, or a graver one.',
    placeholder: 'SEVERITY',
  }),
}

/** The failure that an answer carries; undefined where nothing is grave enough. */
export function failureOn(
  findings: readonly Finding[],
  severity: 'error' | 'warning' | null,
): FindingError | undefined {
  if (severity === null) return
  const grave = findings.filter((finding) => finding.severity === 'error' || finding.severity === severity)
  const [first] = grave
  if (first === undefined) return
  const more = grave.length === 1 ? '' : ` (and ${grave.length - 1} more)`
  return new FindingError(`--fail-on ${severity}: ${first.id}: ${first.title}${more}`)
}
