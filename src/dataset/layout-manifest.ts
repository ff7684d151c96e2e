/**
 * A manifest: a CSV or JSONL file with a row per image, as people and programs write it.
 *
 * Columns: `path` and `label` (needed), `part`, `defect`, `mask`, `foreground`, `split`, by these names or customary others
 * (`manifest-columns.ts`); any further one is kept as an attribute. Labels in words of many languages (`manifest-labels.ts`). How both
 * were understood is told. Paths are absolute, or relative to the manifest's folder, which they may leave with `..`: a manifest is
 * something that the user wrote, for use on the user's own machine. A mask may be an image or a labelme `.json`.
 *
 * `selection` says how an image came to be labelled (`all`, `random`, `by-score`): what a station writes, so that rates are not taken
 * from images that were picked for their score. It is kept as an attribute.
 */
import { dirname, relative, sep } from 'node:path'
import { InputError } from '../errors.ts'
import { readBytes } from '../files/read-bytes.ts'
import { present } from '../present.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import { type ClassChoice, noChoice } from './folder-classes.ts'
import type { LayoutReading } from './layout.ts'
import {
  type AssignedColumns,
  assignColumns,
  describeColumns,
  overlookedColumns,
  type Role,
} from './manifest-columns.ts'
import { findFiles, type PathFinder } from './manifest-files.ts'
import { describeLabels, type MeantLabel, meaningOfLabel } from './manifest-labels.ts'
import { type ManifestRow, parseManifest } from './manifest-rows.ts'
import { folderMeaning, normaliseName, splitOfMeaning } from './names/folder-meaning.ts'
import type { DatasetIssue, IssueKind, Label, MaskSource, Sample, Split } from './sample.ts'

/** Names by which a folder's manifest is found, first one first. */
export const manifestNames = ['manifest.csv', 'manifest.tsv', 'manifest.jsonl', 'manifest.ndjson'] as const

export const isManifestName = (name: string): boolean => /\.(csv|tsv|jsonl|ndjson)$/i.test(name)

/** How an image came to be labelled. */
export const selections = ['all', 'random', 'by-score'] as const

/** What programs write where there is nothing. */
const nothing = new Set(['nan', 'none', 'null', 'n/a', 'na', '-', '--'])

interface Reading {
  readonly manifest: string
  readonly root: string
  readonly assigned: AssignedColumns
  readonly choice: ClassChoice
  readonly files: PathFinder
}

/**
 * Rows that cannot be used become issues, with their line; the others go on.
 *
 * @param choice - Words of the label column that the user has named.
 * @throws {InputError} The manifest cannot be read at all, or has no column for paths or labels.
 * Cost: one `stat` per file named.
 */
export async function readManifest(
  manifest: string,
  task: Task,
  choice: ClassChoice = noChoice,
): Promise<LayoutReading> {
  const { rows, bad } = parseManifest(manifest, await readBytes(manifest))
  const root = dirname(manifest)
  const found = refuseDoubtful(assignColumns(columnsOf(rows)), rows)
  const { assigned } = found
  for (const role of ['path', 'label'] as const) {
    if (rows.length > 0 && assigned.columns[role] === undefined)
      throw new InputError(
        manifest,
        `has no column "${role}", nor one of another name for it (columns: ${columnsOf(rows).join(', ')})`,
      )
  }
  const files = await findFiles(root, rows.slice(0, 200).flatMap(pathOf(assigned)), task)
  const reading: Reading = { manifest, root, assigned, choice, files }
  const issues: DatasetIssue[] = bad.map(({ line, reason }) =>
    issue('bad-row', 'error', manifest, `line ${line} ${reason}`),
  )
  for (const message of overlookedColumns(assigned, rows.length, (column) => valuesOf(rows, column)))
    issues.push(issue('unused-column', 'warning', manifest, message))
  issues.push(...selectionIssues(manifest, rows))
  const byPath = new Map<string, Sample>()
  const words = new Map<string, { count: number; label: Label }>()
  const progress = task.progress('manifest', 'rows')
  let done = 0
  const read = mapConcurrent(rows, 32, async (row) => {
    checkCancelled(task)
    return readRow(row, reading)
  })
  try {
    for await (const { sample, line, word, found: own } of read) {
      progress.update(++done, rows.length)
      issues.push(...own)
      if (sample === null) continue
      const known = words.get(word)
      words.set(word, { count: (known?.count ?? 0) + 1, label: sample.label })
      const first = byPath.get(sample.path)
      if (first === undefined) byPath.set(sample.path, sample)
      else issues.push(repeated(first, sample, line))
    }
  } finally {
    progress.end()
  }
  return {
    samples: [...byPath.values()],
    issues,
    why: 'it is a table with a row for each image',
    notes: [
      ...describeColumns(assigned),
      ...found.notes,
      ...files.notes,
      ...(words.size > 0 ? [`Labels of the manifest: ${describeLabels(words)}.`] : []),
    ],
  }
}

const cellOf = ({ cells }: ManifestRow, { columns }: AssignedColumns, role: Role): string | undefined => {
  const column = columns[role]
  const cell = column === undefined ? undefined : cells[column]
  return cell === undefined || (role !== 'path' && role !== 'label' && nothing.has(cell.toLowerCase()))
    ? undefined
    : cell
}

const pathOf =
  (assigned: AssignedColumns) =>
  (row: ManifestRow): string[] => {
    const cell = cellOf(row, assigned, 'path')
    return cell === undefined ? [] : [cell]
  }

/**
 * A column that is not called `part` or `split`, only something like it, and whose values cannot be that, stays a column like others:
 * a category is no part.
 */
function refuseDoubtful(
  assigned: AssignedColumns,
  rows: readonly ManifestRow[],
): { readonly assigned: AssignedColumns; readonly notes: readonly string[] } {
  const columns = { ...assigned.columns }
  const further = [...assigned.further]
  const notes: string[] = []
  const drop = (role: Role, why: string): void => {
    notes.push(`${columns[role]} is not taken for the ${role}: ${why}.`)
    further.push(columns[role]!)
    delete columns[role]
  }
  const { part, split } = columns
  if (part !== undefined && normaliseName(part) !== 'part') {
    const values = valuesOf(rows, part)
    const distinct = new Set(values).size
    if (distinct <= 1 || values.length > 50 * distinct)
      drop('part', `it has ${distinct} values in ${values.length} rows; call it part if it is one`)
  }
  if (split !== undefined && normaliseName(split) !== 'split') {
    const strange = valuesOf(rows, split).find((value) => splitOf(value) === null)
    if (strange !== undefined) drop('split', `it says ${strange}`)
  }
  return { assigned: { columns, further }, notes }
}

const splitOf = (word: string): Split | null => splitOfMeaning(folderMeaning(word))

function selectionIssues(manifest: string, rows: readonly ManifestRow[]): DatasetIssue[] {
  const strange = valuesOf(rows, 'selection').find((value) => !selections.some((known) => known === value))
  return strange === undefined
    ? []
    : [
        issue(
          'bad-row',
          'warning',
          manifest,
          `the column selection says ${strange}: expected ${selections.join(', ')}`,
        ),
      ]
}

interface RowReading {
  readonly sample: Sample | null
  readonly line: number
  /** The label as it is written. */
  readonly word: string
  readonly found: readonly DatasetIssue[]
}

async function readRow(row: ManifestRow, reading: Reading): Promise<RowReading> {
  const { manifest, root, assigned, files } = reading
  const { line, cells } = row
  const cell = (role: Role): string | undefined => cellOf(row, assigned, role)
  const found: DatasetIssue[] = []
  const word = cell('label') ?? ''
  const unusable = (kind: IssueKind, path: string, message: string): RowReading => ({
    sample: null,
    line,
    word,
    found: [issue(kind, 'error', path, message)],
  })
  const named = cell('path')
  if (named === undefined) return unusable('bad-row', manifest, `line ${line} has no path`)
  const located = await files.locate(named)
  const path = located.path
  const meant = meaningOfLabel(word, present(assigned.columns.label, 'a column of labels'), reading.choice)
  if (meant === undefined) return unusable('bad-row', path, unknownLabel(line, word))
  const splitWord = cell('split')
  const split = splitWord === undefined ? null : splitOf(splitWord)
  if (splitWord !== undefined && split === null) {
    return unusable(
      'bad-row',
      path,
      `line ${line}: expected the split train, validation or test, got "${splitWord}"`,
    )
  }
  if (!located.isThere) {
    const why = located.several ? 'several files are called so' : 'there is no such file'
    return unusable('missing-file', path, `line ${line} names it, but ${why}`)
  }
  const maskAt = async (role: 'mask' | 'foreground'): Promise<MaskSource | null> => {
    const text = cell(role)
    if (text === undefined) return null
    const at = await files.locate(text)
    if (at.isThere) return { kind: /\.json$/i.test(at.path) ? 'labelme' : 'file', path: at.path }
    const message = `line ${line} names it as ${role}, but there is no such file`
    found.push(issue('missing-mask', 'warning', at.path, message))
    return null
  }
  const sample: Sample = {
    id: relative(root, path).split(sep).join('/'),
    path,
    label: meant.label,
    part: cell('part') ?? null,
    defect: defectOf(meant, cell('defect')),
    mask: meant.label === 'anomalous' ? await maskAt('mask') : null,
    foreground: await maskAt('foreground'),
    split,
    attributes: Object.fromEntries(
      assigned.further.flatMap((column) => (cells[column] === undefined ? [] : [[column, cells[column]]])),
    ),
  }
  return { sample, line, word, found }
}

/** A column's word before the label's; none for a good part. */
const defectOf = ({ label, defect }: MeantLabel, cell: string | undefined): string | null =>
  label === 'nominal' ? null : (cell ?? defect)

function unknownLabel(line: number, word: string): string {
  const got = word === '' ? 'nothing' : `"${word}"`
  const way = word === '' ? '' : '; say which words are which with --good NAME and --defects NAMES'
  return `line ${line}: expected a label such as good, OK, 0 or bad, NOK, 1, got ${got}${way}`
}

function repeated(first: Sample, again: Sample, line: number): DatasetIssue {
  if (first.label === again.label) {
    return issue('duplicate-path', 'warning', again.path, `line ${line} names it again; the first row counts`)
  }
  const message = `line ${line} labels it ${again.label}, an earlier one ${first.label}`
  return issue('conflicting-labels', 'error', again.path, message)
}

function issue(
  kind: IssueKind,
  severity: DatasetIssue['severity'],
  path: string,
  message: string,
): DatasetIssue {
  return { kind, severity, path, message }
}

const columnsOf = (rows: readonly ManifestRow[]): string[] => [
  ...new Set(rows.flatMap(({ cells }) => Object.keys(cells))),
]

const valuesOf = (rows: readonly ManifestRow[], column: string): string[] =>
  rows.flatMap(({ cells }) => (cells[column] === undefined ? [] : [cells[column]]))
