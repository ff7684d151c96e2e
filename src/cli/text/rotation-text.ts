import { fixed, interval, percent, percentInterval, quotedInterval } from '../../report/format.ts'
import type { Rotation, RotationRow } from '../../wire/rotation.ts'
import { table, textWidth, wrap } from '../layout-text.ts'
import { plain } from './plain.ts'

export function rotationText(rotation: Rotation, page: string, columns: number): string {
  const width = textWidth(columns)
  const head = ['nominal images', 'AUROC', '95 % interval', 'overkill', '95 % interval']
  const rowOf = ({ rotation: degrees, auroc, overkillRate }: RotationRow): string[] => [
    degrees === 'all' ? 'every rotation' : `turned by ${degrees}°`,
    fixed(auroc.mean),
    interval(quotedInterval(auroc)),
    percent(overkillRate.mean),
    percentInterval(quotedInterval(overkillRate)),
  ]
  const armTable = (name: string, rows: readonly RotationRow[]) =>
    `${name}\n${table([head, ...rows.map(rowOf)])}`
  const parts = [
    ...rotation.conclusion.map((sentence) => wrap(sentence, width)),
    armTable('Trained on upright images', rotation.upright.rows),
    armTable('Trained on turned copies as well', rotation.turned.rows),
    `Page: ${page}`,
  ]
  return `${plain(parts.join('\n\n'))}\n`
}
