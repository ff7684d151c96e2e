/** Inspections as a table for spreadsheets. */
import { formatCsv } from '../../files/csv.ts'
import type { Task } from '../../task.ts'
import type { StationInspection } from '../../wire/station/inspection.ts'
import type { InspectionFilter } from '../../wire/station/query.ts'
import type { Db } from '../database/open-store.ts'
import { toInspections } from '../inspections/rows.ts'
import { walkInspections } from '../inspections/walk.ts'

type Cell = string | number | boolean | null

const columns: readonly (readonly [name: string, of: (inspection: StationInspection) => Cell])[] = [
  ['inspection', ({ id }) => id],
  ['time', ({ time }) => time],
  ['source', ({ source }) => source],
  ['outcome', ({ outcome }) => outcome],
  ['reason', ({ reason }) => reason],
  ['part', ({ part }) => part],
  ['lot', ({ lot }) => lot],
  ['camera', ({ camera }) => camera],
  ['captured_at', ({ capturedAt }) => capturedAt],
  ['score', ({ score }) => score],
  ['threshold_used', ({ thresholdUsed }) => thresholdUsed],
  ['threshold_stored', ({ thresholdStored }) => thresholdStored],
  ['band', ({ band }) => band],
  ['model', ({ model }) => model?.name ?? null],
  ['model_fingerprint', ({ model }) => model?.fingerprint ?? null],
  ['preparation', ({ model }) => model?.preparation ?? null],
  ['images', ({ images }) => images.length],
  ['image_hash', ({ imageHash }) => imageHash],
  ['milliseconds', ({ latency }) => latency.total],
  ['shadow_of', ({ shadowOf }) => shadowOf],
  ['review_reason', ({ review }) => review?.reason ?? null],
  ['selection', ({ review }) => review?.selection ?? null],
  ['probability', ({ review }) => review?.probability ?? null],
  ['label', ({ correction }) => correction?.label ?? null],
  ['defect', ({ correction }) => correction?.kind ?? null],
  ['corrected_by', ({ correction }) => correction?.by ?? null],
  ['corrected_at', ({ correction }) => correction?.at ?? null],
]

/** Chunks of whole lines, the first with the names of the columns; newest inspection first. */
export async function* exportCsv(db: Db, filter: InspectionFilter, task: Task): AsyncGenerator<string> {
  const names = columns.map(([name]) => name)
  const header = formatCsv(names, [])
  yield header
  for await (const rows of walkInspections(db, filter, 'newest', 'export', task)) {
    const lines = await toInspections(db, rows)
    yield formatCsv(
      names,
      lines.map((line) => columns.map(([, of]) => inert(of(line)))),
    ).slice(header.length)
  }
}

/**
 * What a client named must not become a formula where the table is opened. Source: OWASP, CSV Injection.
 */
export function inert(cell: Cell): string | number | boolean {
  if (cell === null) return ''
  return typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
}
