/** What `serve --check` found, a line each. */
import type { ReadinessCheck } from '../../wire/serve/health.ts'
import { table } from '../layout-text.ts'
import { plain } from './plain.ts'

export function stationChecksText(checks: readonly ReadinessCheck[]): string {
  const rows = checks.map(({ name, ok, detail }) => [ok ? 'ok' : 'MISSING', name, detail])
  const missing = checks.filter(({ ok }) => !ok).length
  const sum = missing === 0 ? 'The station can start.' : `${missing} of ${checks.length} are missing.`
  return plain(`${table(rows)}\n\n${sum}\n`)
}
