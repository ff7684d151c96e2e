/** Setting text for a terminal: wrapped paragraphs and columns that line up. */

/** Readable line length, whatever the width of the terminal. */
export const textWidth = (columns: number): number => Math.max(40, Math.min(columns, 100))

/** Breaks at blanks so that no line is wider than `width`, except for words that are; `indent` goes before every line. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ +/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.map((each) => indent + each).join('\n')
}

/** Terms in a column, what they mean beside them, wrapped; terms that are too long stand on a line of their own. */
export function definitions(rows: readonly (readonly [string, string])[], width: number): string {
  const column = Math.min(30, Math.max(...rows.map(([term]) => term.length)) + 4)
  return rows
    .map(([term, meaning]) => {
      const wrapped = wrap(meaning, width, ' '.repeat(column))
      return 2 + term.length + 2 <= column
        ? `  ${term.padEnd(column - 2)}${wrapped.slice(column)}`
        : `  ${term}\n${wrapped}`
    })
    .join('\n')
}

/** Rows of cells padded to their columns: those that hold a figure anywhere to the right, the others to the left. */
export function table(rows: readonly (readonly string[])[], indent = '  '): string {
  const columns = rows[0]!.map((_, column) => rows.map((row) => row[column]!))
  const widths = columns.map((cells) => Math.max(...cells.map((cell) => cell.length)))
  const isFigure = columns.map((cells) => cells.some((cell) => /^[\u2212-]?\d/.test(cell)))
  const set = (cell: string, column: number): string =>
    isFigure[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
  return rows.map((row) => `${indent}${row.map(set).join('   ')}`.trimEnd()).join('\n')
}
