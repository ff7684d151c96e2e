/** Tables as text, as every reader of CSV takes them (RFC 4180), with LF line ends. */

/** @param header - Names of the columns. @param rows - A cell for each of them. */
export function formatCsv(
  header: readonly string[],
  rows: readonly (readonly (string | number | boolean)[])[],
): string {
  return [header, ...rows].map((cells) => `${cells.map((cell) => quoted(String(cell))).join(',')}\n`).join('')
}

/** In quotes where the text could be taken for something else; quotes in it are doubled. */
const quoted = (cell: string): string =>
  /^\s|\s$|[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
