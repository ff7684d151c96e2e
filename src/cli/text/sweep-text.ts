import { fixed, interval, percent } from '../../report/format.ts'
import type { Sweep } from '../../wire/sweep.ts'
import { table, textWidth, wrap } from '../layout-text.ts'
import { plain } from './plain.ts'

export function sweepText({ cells, pairs, comparisons }: Sweep, page: string, columns: number): string {
  const width = textWidth(columns)
  const rows = cells.map(({ name, auroc, escapeRate, overkillRate, failure }) =>
    failure === null
      ? [
          name,
          fixed(auroc?.mean),
          interval(auroc?.ci),
          percent(escapeRate?.mean),
          percent(overkillRate?.mean),
        ]
      : [name, 'failed', '', '', ''],
  )
  const told = pairs.filter(({ isDistinguishable }) => isDistinguishable)
  const parts = [
    table([['evaluation', 'AUROC', '95 % interval', 'escape', 'overkill'], ...rows]),
    ...(comparisons === 0
      ? []
      : [
          wrap(
            `${told.length} of ${comparisons} differences of AUROC are more than another draw of the data would undo, after Holm's correction for all of them.`,
            width,
          ),
        ]),
    ...told.map(({ a, b, mean, adjusted }) =>
      wrap(`${a} minus ${b}: ${fixed(mean)}, p ${fixed(adjusted)} corrected`, width),
    ),
    ...cells.flatMap(({ name, failure }) => (failure === null ? [] : [wrap(`${name}: ${failure}`, width)])),
    `Page: ${page}`,
  ]
  return `${plain(parts.join('\n\n'))}\n`
}
