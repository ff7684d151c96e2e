/** The manifest of a simulated dataset: one line per picture, paths relative to the manifest. */
import type { PlannedImage } from './plan-dataset.ts'

export interface ManifestRow {
  readonly image: PlannedImage
  /** A defect can be seen in the picture. */
  readonly isAnomalous: boolean
}

const columns: Readonly<Record<string, (row: ManifestRow) => string | number>> = {
  path: ({ image }) => `images/${image.name}.png`,
  label: ({ isAnomalous }) => (isAnomalous ? 'anomalous' : 'nominal'),
  part: ({ image }) => image.part,
  defect: ({ image, isAnomalous }) => (isAnomalous ? image.spec.part.defects[0]!.kind : ''),
  mask: ({ image, isAnomalous }) => (isAnomalous ? `masks/${image.name}.png` : ''),
  foreground: ({ image }) => `foreground/${image.name}.png`,
  split: ({ image }) => image.split,
  angle: ({ image }) => image.angle,
  lot: ({ image }) => image.lot,
  severity: ({ image, isAnomalous }) => (isAnomalous ? image.severity! : ''),
  defective_part: ({ image }) => (image.severity === null ? 'no' : 'yes'),
}

/** Comma-separated with a head line; no field needs quoting. */
export function manifestCsv(rows: readonly ManifestRow[]): string {
  const lines = rows.map((row) =>
    Object.values(columns)
      .map((column) => column(row))
      .join(','),
  )
  return `${[Object.keys(columns).join(','), ...lines].join('\n')}\n`
}
