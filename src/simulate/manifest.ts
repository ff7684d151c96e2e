/**
 * The two tables of a simulated dataset: the manifest, which says what the factory would know, and the truth, which
 * says what is really so. They are apart, because every column of a manifest may be used by whoever reads it.
 */
import { formatCsv } from '../files/csv.ts'
import type { PlannedImage } from './planned-image.ts'
import { fileOf } from './render-picture.ts'

export interface ManifestRow {
  readonly image: PlannedImage
  /** A defect can be seen in the picture. */
  readonly isDefectSeen: boolean
}

type Columns = Readonly<Record<string, (row: ManifestRow) => string | number>>

/** Anomalous by the manifest: a defect can be seen, and the part is known to have one. */
export const isLabelledAnomalous = ({ image, isDefectSeen }: ManifestRow): boolean =>
  isDefectSeen && image.severity !== null

/** The picture's path in the dataset's folder. */
export function imagePath({ image, isDefectSeen }: ManifestRow): string {
  const { format } = fileOf(image.spec, isDefectSeen)
  return `images/${image.name}.${format === 'jpeg' ? 'jpg' : 'png'}`
}

/** The mask of its defect: with the truth where the manifest does not know of it; empty where there is none. */
export function maskPath(row: ManifestRow): string {
  if (!row.isDefectSeen) return ''
  return `${isLabelledAnomalous(row) ? 'masks' : 'truth'}/${row.image.name}.png`
}

const defectOf = ({ image }: ManifestRow): string => image.spec.part.defects[0]!.kind

const manifest: Columns = {
  path: imagePath,
  label: (row) => (isLabelledAnomalous(row) ? 'anomalous' : 'nominal'),
  part: ({ image }) => image.part ?? '',
  defect: (row) => (isLabelledAnomalous(row) ? defectOf(row) : ''),
  mask: (row) => (isLabelledAnomalous(row) ? maskPath(row) : ''),
  foreground: ({ image }) => `foreground/${image.name}.png`,
  split: ({ image }) => image.split,
  angle: ({ image }) => image.angle,
  lot: ({ image }) => image.lot,
  severity: (row) => (isLabelledAnomalous(row) ? (row.image.severity ?? '') : ''),
  defective_part: ({ image }) => (image.severity === null ? 'no' : 'yes'),
}

const truth: Columns = {
  path: imagePath,
  true_label: ({ isDefectSeen }) => (isDefectSeen ? 'anomalous' : 'nominal'),
  true_part: ({ image }) => image.truth.part,
  true_defect: (row) => (row.isDefectSeen ? defectOf(row) : ''),
  true_mask: maskPath,
  copy_of: ({ image }) => image.truth.copyOf ?? '',
  pathologies: (row) => pathologiesOf(row).join(' '),
}

/** What was done to the picture, by name. */
export const pathologiesOf = ({ image: { truth: known }, isDefectSeen }: ManifestRow): readonly string[] =>
  isDefectSeen ? [...known.pathologies, ...known.whenAnomalous] : known.pathologies

export const manifestCsv = (rows: readonly ManifestRow[]): string => csv(manifest, rows)
export const truthCsv = (rows: readonly ManifestRow[]): string => csv(truth, rows)

const csv = (columns: Columns, rows: readonly ManifestRow[]): string =>
  formatCsv(
    Object.keys(columns),
    rows.map((row) => Object.values(columns).map((cell) => cell(row))),
  )
