/** What `serve --check` found, a line each. */
import type { ReadinessCheck } from '../../wire/serve/health.ts'
import { table } from '../layout-text.ts'
import { plain } from './plain.ts'

export function stationChecksText(checks: readonly ReadinessCheck[]): string {
  const rows = checks.map(({ name, ok, detail }) => [ok ? 'ok' : 'NOT OK', name, detail])
  const wrong = checks.filter(({ ok }) => !ok).length
  const sum =
    wrong === 0
      ? 'The station can start.'
      : `${wrong} of ${checks.length} ${wrong === 1 ? 'is' : 'are'} not as a start needs ${wrong === 1 ? 'it' : 'them'}.`
  return plain(`${table(rows)}\n\n${sum}\n`)
}
