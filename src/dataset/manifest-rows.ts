/** The text of a manifest to rows of named cells: CSV (comma, semicolon, tab or bar) and JSONL. No meaning yet. */
import { parse } from 'csv-parse/sync'
import { InputError } from '../errors.ts'

export interface ManifestRow {
  /** Line of the file, from 1. */
  readonly line: number
  /** Cells that are not empty. */
  readonly cells: Readonly<Record<string, string>>
}

export interface ManifestText {
  readonly rows: readonly ManifestRow[]
  /** Lines that are no rows, with the reason. */
  readonly bad: readonly { readonly line: number; readonly reason: string }[]
}

/**
 * Quotes, commas and line breaks in quotes, a byte order mark, CRLF and empty lines are understood. Blanks around cells are dropped.
 *
 * @param path - Its ending says which of the two it is; stands in the errors.
 * @throws {InputError} Not UTF-8 or UTF-16, no head line, a column named twice, or a quote that never ends.
 */
export function parseManifest(path: string, bytes: Uint8Array): ManifestText {
  const text = decodeText(path, bytes)
  return /\.(jsonl|ndjson)$/i.test(path) ? parseJsonLines(text) : parseCsv(path, text)
}

function decodeText(path: string, bytes: Uint8Array): string {
  const encoding = encodingOf(bytes)
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes) // drops the byte order mark
  } catch (cause) {
    throw new InputError(path, 'is not UTF-8 text; save it as "CSV UTF-8"', { cause })
  }
}

/** UTF-16 by its mark, or, without one, by the zeros that it puts beside every letter of a head line. */
function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0 && bytes[3] === 0))
    return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && bytes[2] === 0))
    return 'utf-16be'
  return 'utf-8'
}

function parseCsv(path: string, text: string): ManifestText {
  // Excel writes (and obeys) a first line that says what parts the cells.
  const stated = /^sep=(.)(?:\r\n|\n|\r)/i.exec(text)
  const records = parseRecords(path, stated === null ? text : text.slice(stated[0].length), stated?.[1])
  const linesBefore = stated === null ? 0 : 1
  const head = records[0]?.record.map((name) => name.trim()) ?? []
  if (head.every((name) => name === ''))
    throw new InputError(path, 'is empty: expected a head line with path and label')
  const twice = head.find((name, i) => name !== '' && head.indexOf(name) !== i)
  if (twice !== undefined) throw new InputError(path, `names the column ${twice} twice`)

  const rows: ManifestRow[] = []
  const bad: { line: number; reason: string }[] = []
  for (const { record, line: own } of records.slice(1)) {
    const line = own + linesBefore
    if (record.every((cell) => cell.trim() === '')) continue
    if (record.length !== head.length) {
      bad.push({ line, reason: `has ${record.length} cells, the head line has ${head.length}` })
      continue
    }
    const named = head.map((name, i) => [name, record[i]!.trim()] as const)
    rows.push({ line, cells: Object.fromEntries(named.filter(([name, cell]) => name !== '' && cell !== '')) })
  }
  return { rows, bad }
}

function parseRecords(
  path: string,
  text: string,
  stated: string | undefined,
): { record: string[]; line: number }[] {
  try {
    const parsed = parse(text, {
      delimiter: stated ?? delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    // `lines` counts up to the end of a record, which is where an editor shows it for all but cells with line breaks.
    return parsed.map(({ record, info }) => ({ record, line: info.lines }))
  } catch (cause) {
    throw new InputError(path, `is no CSV: ${(cause as Error).message}`, { cause })
  }
}

/** The one that the head line has most of; spreadsheets of half the world write semicolons. */
function delimiterOf(text: string): string {
  const head = text.slice(0, text.search(/[\r\n]|$/))
  const count = (delimiter: string): number => head.split(delimiter).length
  return [',', ';', '\t', '|'].reduce((best, delimiter) =>
    count(delimiter) > count(best) ? delimiter : best,
  )
}

function parseJsonLines(text: string): ManifestText {
  const rows: ManifestRow[] = []
  const bad: { line: number; reason: string }[] = []
  for (const [i, content] of text.split(/\r\n|\n|\r/).entries()) {
    if (content.trim() === '') continue
    const cells = cellsOf(content)
    if (typeof cells === 'string') bad.push({ line: i + 1, reason: cells })
    else rows.push({ line: i + 1, cells })
  }
  return { rows, bad }
}

/** Cells, or why not. */
function cellsOf(content: string): Record<string, string> | string {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (error) {
    return `is no JSON: ${(error as Error).message}`
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no JSON object'
  const cells: [string, string][] = []
  for (const [name, cell] of Object.entries(value)) {
    if (cell === null || cell === '') continue
    if (typeof cell === 'object') return `${name}: expected text or a number, got ${JSON.stringify(cell)}`
    cells.push([name, String(cell).trim()])
  }
  return Object.fromEntries(cells)
}
