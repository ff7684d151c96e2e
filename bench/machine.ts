/** The machine a benchmark ran on, for the line above its table. */
import { cpus, totalmem } from 'node:os'

export const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} threads, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`

/** `median (least..most)` of a few timings. */
export function spread(values: readonly number[], digits = 1): string {
  const sorted = [...values].sort((a, b) => a - b)
  const show = (value: number): string => value.toFixed(digits)
  return `${show(sorted[sorted.length >> 1]!)} (${show(sorted[0]!)}..${show(sorted.at(-1)!)})`
}

/** A table of Markdown with its columns set even, as the formatter leaves it. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => [...row[column]!].length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell + ' '.repeat(widths[i]! - [...cell].length)).join(' | ')} |`
  const [head, ...body] = rows
  return [line(head!), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join(
    '\n',
  )
}
