/**
 * Whole evaluations on real images, as a user runs them: time with a cold and a warm cache, peak memory, figures.
 *
 *     npx tsx bench/evaluate.bench.ts [DATA=../shared/data] [WEIGHTS=../shared/weights]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Estimate, Evaluation } from '../src/wire/evaluation.ts'
import { machine, markdownTable } from './machine.ts'
import { type Measured, measureCommand } from './measured-command.ts'

const [data = '../shared/data', weights = '../shared/weights'] = process.argv.slice(2)
if (!existsSync(data)) throw new Error(`${data}: no such folder of datasets`)

const scratch = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
const cache = join(scratch, 'cache')
let runs = 0
const evaluate = (dataset: string, ...more: string[]): Promise<Measured> =>
  measureCommand([
    ...['evaluate', join(data, dataset), '--out', join(scratch, `run-${runs++}`), '--cache', cache],
    ...['--size', '256', '--folds', '5', '--seed', '0', ...more],
  ])

const show = ({ mean, ci }: Estimate): string =>
  `${mean!.toFixed(3)} (${ci[0]!.toFixed(3)} to ${ci[1]!.toFixed(3)})`
function row(name: string, { seconds, processorSeconds, peakMiB, json }: Measured): string[] {
  const { metrics } = json as Evaluation
  return [
    name,
    `${seconds.toFixed(0)} s`,
    `${processorSeconds.toFixed(0)} s`,
    `${peakMiB.toFixed(0)} MiB`,
    show(metrics.image.auroc),
    show(metrics.image.balancedAccuracy),
    metrics.pixel ? metrics.pixel.aupro.mean!.toFixed(3) : '',
  ]
}

try {
  const pretrained = ['--backbone', 'mobilenet_v2', '--weights', weights]
  const shipped = ['--backbone', 'plumb-s']
  const rows = [['run', 'time', 'processor', 'peak memory', 'image AUROC', 'balanced accuracy', 'AUPRO 0.3']]
  rows.push(row('mtd, plumb-s, cold cache', await evaluate('mtd', ...shipped)))
  rows.push(row('mtd, mobilenet_v2, cold cache', await evaluate('mtd', ...pretrained)))
  rows.push(row('mtd, mobilenet_v2, warm cache', await evaluate('mtd', ...pretrained)))
  rows.push(row('mtd, filterbank', await evaluate('mtd', '--backbone', 'filterbank')))
  rows.push(row('bsd, plumb-s, by part', await evaluate('bsd', ...shipped)))
  rows.push(row('bsd, mobilenet_v2, by part', await evaluate('bsd', ...pretrained)))
  rows.push(row('bsd, mobilenet_v2, --unit image', await evaluate('bsd', ...pretrained, '--unit', 'image')))
  rows.push(row('bsd, filterbank, by part', await evaluate('bsd', '--backbone', 'filterbank')))
  rows.push(row('aliens, plumb-s', await evaluate('aliens', ...shipped)))
  rows.push(row('aliens, mobilenet_v2', await evaluate('aliens', ...pretrained)))
  rows.push(row('aliens, filterbank', await evaluate('aliens', '--backbone', 'filterbank')))
  console.log(`${machine()}; PatchCore, 5 folds, seed 0, 256 px; 95 % intervals in parentheses.\n`)
  console.log(markdownTable(rows))
} finally {
  rmSync(scratch, { recursive: true })
}
