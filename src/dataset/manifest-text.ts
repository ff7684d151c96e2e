/** Rows of named cells to the text of a CSV file, as `manifest-rows.ts` reads it. */
import { formatCsv } from '../files/csv.ts'

export type Row = Readonly<Record<string, string | number>>

/** Columns in the order in which they first occur; cells that a row lacks are empty. */
export function manifestText(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return formatCsv(
    columns,
    rows.map((row) => columns.map((column) => row[column] ?? '')),
  )
}
