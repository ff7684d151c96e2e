/**
 * `scores.csv`: one line per image and role of every fold, from which every figure can be recomputed.
 *
 * RFC 4180 with LF line ends. Values are exact: scores are the shortest decimal that reads back as the same float64, and
 * names are neither trimmed nor defused, so a file name that starts with `=` stays one; a spreadsheet may take such a
 * cell for a formula (import the columns as text).
 */
import { parse } from 'csv-parse/sync'
import { InputError } from '../errors.ts'
import { formatCsv } from '../files/csv.ts'
import type { ScoreRow } from '../wire/evaluation.ts'

const columns = ['image', 'part', 'label', 'defect', 'fold', 'role', 'score', 'decision'] as const
const labels: readonly string[] = ['nominal', 'anomalous']
const roles: readonly string[] = ['threshold', 'inference']
const decisions: readonly string[] = ['nominal', 'anomalous', 'review']

export function formatScoresCsv(rows: readonly ScoreRow[]): string {
  return formatCsv(
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  )
}

/**
 * @param path - Named in errors.
 * @throws {InputError} Another header, a line with the wrong number of cells, or a value outside its column's set.
 */
export function parseScoresCsv(text: string, path: string): readonly ScoreRow[] {
  let records: string[][]
  try {
    records = parse(text, { bom: true, relax_column_count: true })
  } catch (cause) {
    throw new InputError(path, `is not CSV: ${(cause as Error).message}`, { cause })
  }
  const [header, ...lines] = records
  if (header?.join(',') !== columns.join(',')) {
    throw new InputError(path, `expected the header "${columns.join(',')}", got "${header?.join(',') ?? ''}"`)
  }
  return lines.map((cells, i) => {
    const [image, part, label, defect, fold, role, score, decision] = cells as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    const row = { image, part, label, defect, fold: Number(fold), role, score: Number(score), decision }
    const wrong =
      cells.length !== columns.length
        ? `${columns.length} cells expected, ${cells.length} found`
        : !labels.includes(label)
          ? `label "${label}"`
          : !roles.includes(role)
            ? `role "${role}"`
            : !decisions.includes(decision)
              ? `decision "${decision}"`
              : !/^\d+$/.test(fold)
                ? `fold "${fold}"`
                : score.trim() === '' || Number.isNaN(row.score)
                  ? `score "${score}"`
                  : null
    if (wrong) throw new InputError(path, `record ${i + 1} after the header: ${wrong}`)
    return row as ScoreRow
  })
}
