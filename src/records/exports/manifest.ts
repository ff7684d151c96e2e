/**
 * Decided parts as a manifest that `check`, `train` and `evaluate` read (`docs/datasets.md`): a row for each picture that is kept,
 * named where it lies. `selection` says how its part came to be reviewed; `probability` with what chance, by the rule of its time.
 */
import { dirname, relative, resolve } from 'node:path'
import { writeFileAtomic } from '../../files/atomic.ts'
import { formatCsv } from '../../files/csv.ts'
import type { Task } from '../../task.ts'
import type { InspectionFilter } from '../../wire/station/query.ts'
import type { Db } from '../database/open-store.ts'
import type { FileKind, FileStore } from '../files/file-store.ts'
import type { InspectionRow } from '../inspections/rows.ts'
import { walkInspections } from '../inspections/walk.ts'
import type { ManifestSummary } from '../records.ts'
import { isoTime } from '../station.ts'
import { inert } from './csv.ts'

const columns = [
  ...['path', 'label', 'part', 'defect', 'mask', 'lot', 'camera', 'time', 'score', 'verdict'],
  ...['selection', 'probability', 'inspection', 'model'],
]

/** @throws {InputError} The file cannot be written. */
export async function exportManifest(
  db: Db,
  files: FileStore,
  path: string,
  filter: InspectionFilter,
  task: Task,
): Promise<ManifestSummary> {
  const counts = { nominal: 0, anomalous: 0, withoutPicture: 0, unsure: 0 }
  const from = dirname(resolve(path))
  const fingerprints = await fingerprintsOf(db)
  const lines: (readonly (string | number | boolean)[])[] = []
  const decided: InspectionFilter = { correction: 'any', ...filter }
  for await (const rows of walkInspections(db, decided, 'oldest', 'manifest', task)) {
    const kept = await keptOf(db, rows)
    const named = (kind: FileKind, row: InspectionRow, image: number): string | undefined => {
      const file = kept.get(`${row.seq}/${image}/${kind}`)
      return file === undefined ? undefined : slashed(relative(from, resolve(files.path(kind, file))))
    }
    for (const row of rows) {
      if (row.label !== 'nominal' && row.label !== 'anomalous') {
        counts.unsure++
        continue
      }
      const images = (JSON.parse(row.images) as unknown[]).length
      const pictures = Array.from({ length: images }, (_, image) => named('picture', row, image))
      if (pictures.every((picture) => picture === undefined)) {
        counts.withoutPicture++
        continue
      }
      counts[row.label]++
      for (const [image, picture] of pictures.entries()) {
        if (picture === undefined) continue
        lines.push([
          picture,
          row.label === 'nominal' ? 'good' : 'bad',
          inert(row.part ?? (images > 1 ? row.id : null)),
          inert(row.defect_kind),
          row.label === 'anomalous' ? (named('mask', row, image) ?? '') : '',
          ...[inert(row.lot), inert(row.camera), isoTime(row.time), row.score ?? '', row.outcome],
          ...[row.review_selection ?? 'by-score', row.review_probability ?? '', row.id],
          (row.model === null ? undefined : fingerprints.get(row.model)) ?? '',
        ])
      }
    }
  }
  await writeFileAtomic(path, formatCsv(columns, lines))
  return { path, ...counts }
}

async function fingerprintsOf(db: Db): Promise<ReadonlyMap<number, string>> {
  const models = await db.selectFrom('models').select(['id', 'fingerprint']).execute()
  return new Map(models.map(({ id, fingerprint }) => [id, fingerprint]))
}

/** `inspection/image/what` -> name of the file; of several masks of an image the last. */
async function keptOf(db: Db, rows: readonly InspectionRow[]): Promise<ReadonlyMap<string, string>> {
  const kept = await db
    .selectFrom('kept_files')
    .select(['inspection', 'image', 'what', 'file'])
    .where(
      'inspection',
      'in',
      rows.map(({ seq }) => seq),
    )
    .orderBy('id')
    .execute()
  return new Map(kept.map(({ inspection, image, what, file }) => [`${inspection}/${image}/${what}`, file]))
}

const slashed = (path: string): string => path.replaceAll('\\', '/')
