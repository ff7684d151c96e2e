import type { Comparison, Difference } from '../../evaluate/compare.ts'
import { fixed, interval } from '../../report/format.ts'
import { table, textWidth, wrap } from '../layout-text.ts'
import { plain } from './plain.ts'

const names = {
  auroc: 'AUROC',
  balancedAccuracy: 'balanced accuracy',
  escapeRate: 'escape rate',
  overkillRate: 'overkill rate',
} as const

const leakWords =
  'Both runs were drawn with leaking units: parts that were learnt from were judged too. That flatters what remembers best, and who is ' +
  'ahead may turn round. Draw parts whole (--parts inferred, --part-pattern) and compare again.'

export function comparisonText(comparison: Comparison, columns: number): string {
  const { a, b, figures, partAuroc, delong, mcnemar, isClustered, leak, folds, verdict } = comparison
  const width = textWidth(columns)
  const row = (name: string, { a: left, b: right, mean, ci, isDistinguishable }: Difference): string[] => {
    const words = isDistinguishable ? 'different' : 'not distinguishable'
    return [name, fixed(left), fixed(right), fixed(mean), interval(ci), words]
  }
  const what = partAuroc === null ? '' : ' by image'
  const rows = [
    ...(Object.keys(names) as (keyof typeof names)[]).map((name) =>
      row(`${names[name]}${what}`, figures[name]),
    ),
    ...(partAuroc === null ? [] : [row('AUROC by part', partAuroc)]),
  ]
  const tests =
    `Over ${folds} folds: DeLong's paired test on the AUROC p = ${fixed(delong.pooled)}, ` +
    `McNemar's test on the verdicts p = ${fixed(mcnemar.pooled)}.` +
    (isClustered ? " DeLong's test takes images for independent, which those of one part are not." : '')
  const parts = [
    wrap(verdict, width),
    ...(leak === null ? [] : [wrap(`${leakWords} Found: ${leak}`, width)]),
    `A: ${a}\nB: ${b}`,
    table([['', 'A', 'B', 'A - B', '95 % interval', ''], ...rows]),
    wrap(tests, width),
  ]
  return `${plain(parts.join('\n\n'))}\n`
}
