/**
 * A manifest: a CSV or JSONL file with a row per image.
 *
 * Columns: `path` and `label` (needed), `part`, `defect`, `mask`, `foreground`, `split`; any further one is kept as an
 * attribute. Paths are absolute, or relative to the manifest's folder, which they may leave with `..`: a manifest is
 * something that the user wrote, for use on the user's own machine. A mask may be an image or a labelme `.json`.
 */
import { readFile, stat } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import type { LayoutReading } from './layout.ts'
import { type ManifestRow, parseManifest } from './manifest-rows.ts'
import type { DatasetIssue, IssueKind, Label, MaskSource, Sample } from './sample.ts'

/** Names by which a folder's manifest is found, first one first. */
export const manifestNames = ['manifest.csv', 'manifest.tsv', 'manifest.jsonl', 'manifest.ndjson'] as const

export const isManifestName = (name: string): boolean => /\.(csv|tsv|jsonl|ndjson)$/i.test(name)

const labels: ReadonlyMap<string, Label> = new Map([
  ...'nominal normal good ok 0'.split(' ').map((word) => [word, 'nominal'] as const),
  ...'anomalous anomaly abnormal bad defect defective ng ko 1'
    .split(' ')
    .map((word) => [word, 'anomalous'] as const),
])

const ownColumns = new Set(['path', 'label', 'part', 'defect', 'mask', 'foreground', 'split'])

/**
 * Rows that cannot be used become issues, with their line; the others go on.
 *
 * @throws {InputError} The manifest cannot be read at all, or lacks the columns `path` or `label`.
 * Cost: one `stat` per file named.
 */
export async function readManifest(manifest: string, task: Task): Promise<LayoutReading> {
  const { rows, bad } = parseManifest(manifest, await readBytes(manifest))
  for (const column of ['path', 'label']) {
    if (rows.length > 0 && !rows.some(({ cells }) => Object.hasOwn(cells, column))) {
      throw new InputError(manifest, `has no column "${column}" (columns: ${columnsOf(rows).join(', ')})`)
    }
  }
  const root = dirname(manifest)
  const issues: DatasetIssue[] = bad.map(({ line, reason }) =>
    issue('bad-row', 'error', manifest, `line ${line} ${reason}`),
  )
  const byPath = new Map<string, Sample>()
  const progress = task.progress('manifest', 'rows')
  let done = 0
  const read = mapConcurrent(rows, 32, async (row) => {
    checkCancelled(task)
    return readRow(row, root, manifest)
  })
  try {
    for await (const { sample, line, found } of read) {
      progress.update(++done, rows.length)
      issues.push(...found)
      if (sample === null) continue
      const first = byPath.get(sample.path)
      if (first === undefined) byPath.set(sample.path, sample)
      else issues.push(repeated(first, sample, line))
    }
  } finally {
    progress.end()
  }
  return { samples: [...byPath.values()], issues }
}

interface RowReading {
  readonly sample: Sample | null
  readonly line: number
  readonly found: readonly DatasetIssue[]
}

async function readRow({ line, cells }: ManifestRow, root: string, manifest: string): Promise<RowReading> {
  const found: DatasetIssue[] = []
  const unusable = (kind: IssueKind, path: string, message: string): RowReading => ({
    sample: null,
    line,
    found: [issue(kind, 'error', path, message)],
  })
  if (cells.path === undefined) return unusable('bad-row', manifest, `line ${line} has no path`)
  const path = resolve(root, cells.path.replaceAll('\\', '/'))
  const label = labels.get(cells.label?.toLowerCase() ?? '')
  if (label === undefined) {
    const got = cells.label === undefined ? 'nothing' : `"${cells.label}"`
    return unusable('bad-row', path, `line ${line}: expected the label nominal or anomalous, got ${got}`)
  }
  const split = cells.split?.toLowerCase()
  if (split !== undefined && split !== 'train' && split !== 'test') {
    return unusable('bad-row', path, `line ${line}: expected the split train or test, got "${cells.split}"`)
  }
  if (!(await isFile(path)))
    return unusable('missing-file', path, `line ${line} names it, but there is no such file`)

  const maskAt = async (column: 'mask' | 'foreground'): Promise<MaskSource | null> => {
    const cell = cells[column]
    if (cell === undefined) return null
    const at = resolve(root, cell.replaceAll('\\', '/'))
    if (await isFile(at)) return { kind: /\.json$/i.test(at) ? 'labelme' : 'file', path: at }
    const message = `line ${line} names it as ${column}, but there is no such file`
    found.push(issue('missing-mask', 'warning', at, message))
    return null
  }
  const sample: Sample = {
    id: relative(root, path).split(sep).join('/'),
    path,
    label,
    part: cells.part ?? null,
    defect: label === 'anomalous' ? (cells.defect ?? null) : null,
    mask: label === 'anomalous' ? await maskAt('mask') : null,
    foreground: await maskAt('foreground'),
    split: split ?? null,
    attributes: Object.fromEntries(Object.entries(cells).filter(([name]) => !ownColumns.has(name))),
  }
  return { sample, line, found }
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

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if (isSystemError(error)) return false
    throw error
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(path, `cannot be read: ${systemReason(cause)}`, { cause })
  }
}
