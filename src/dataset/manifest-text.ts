/** Rows of named cells to the text of a CSV file, as `manifest-rows.ts` reads it. */

export type Row = Readonly<Record<string, string | number>>

/** Columns in the order in which they first occur; cells that a row lacks are empty. */
export function manifestText(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = rows.map((row) => columns.map((column) => quoted(String(row[column] ?? ''))).join(','))
  return `${[columns.map(quoted).join(','), ...lines].join('\n')}\n`
}

/** In quotes where the text could be taken for something else; quotes in it are doubled. */
const quoted = (cell: string): string =>
  /^\s|\s$|[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
