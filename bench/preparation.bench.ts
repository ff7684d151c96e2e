/**
 * The paper's table 1 on forged links in their fixture: PatchCore on images as photographed, with the background blanked, and
 * centred on one canvas, on identical folds. `npx tsx bench/preparation.bench.ts [WEIGHTS=../shared/weights] [RUNS]`
 *
 * With RUNS, the folder of an earlier call, finished evaluations in it are used again.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareRuns } from '../src/evaluate/compare.ts'
import type { RunData } from '../src/evaluate/paired-folds.ts'
import { createRandom } from '../src/math/random.ts'
import { loadRun } from '../src/run/folder/load-run.ts'
import type { Estimate } from '../src/wire/evaluation.ts'
import { machine, markdownTable } from './machine.ts'
import { measureCommand } from './measured-command.ts'

const [weights = '../shared/weights', kept] = process.argv.slice(2)
const folder = kept ?? (await mkdtemp(join(tmpdir(), 'plumbline-bench-')))
const at = (name: string): string => join(folder, name)

const ways: readonly (readonly [name: string, words: string, options: readonly string[]])[] = [
  ['raw', 'as photographed', []],
  ['blanked', 'background blanked', ['--blank', 'black']],
  ['ce', 'blanked and centred', ['--blank', 'black', '--center']],
]

async function run(name: string, options: readonly string[]): Promise<RunData> {
  if (!existsSync(at(name))) {
    if (name === 'raw')
      await measureCommand([
        'simulate',
        '--out',
        at('raw'),
        '--parts',
        '60',
        '--defective-parts',
        '30',
        '--seed',
        '11',
      ])
    else await measureCommand(['prepare', at('raw'), '--out', at(name), ...options])
  }
  const out = at(`m-${name}`)
  const settings = [
    '--detector',
    'patchcore',
    '--backbone',
    'mobilenet_v2',
    '--folds',
    '5',
    '--merge',
    'always',
  ]
  if (!existsSync(join(out, 'evaluation.json')))
    await measureCommand(['evaluate', at(name), '--out', out, '--weights', weights, ...settings])
  return loadRun(out)
}

/** Ids and fingerprint of a prepared dataset brought to those of its source, so that folds can be paired. */
function asSource({ name, evaluation, scores }: RunData, source: RunData): RunData {
  const { fingerprint } = source.evaluation.dataset
  return {
    name,
    evaluation: { ...evaluation, dataset: { ...evaluation.dataset, fingerprint } },
    scores: scores.map((row) => ({ ...row, image: row.image.replace(/^images\/images\//, 'images/') })),
  }
}

const show = ({ mean, ci: [low, high] }: Estimate): string =>
  `${mean!.toFixed(3)} (${low?.toFixed(3) ?? '-'} to ${high?.toFixed(3) ?? '-'})`

try {
  await mkdir(folder, { recursive: true })
  const rows = [
    [
      'images',
      'image AUROC',
      'balanced accuracy',
      'part AUROC',
      'AUPRO 0.3',
      'AUROC against as photographed',
    ],
  ]
  let first: RunData | undefined
  for (const [name, words, options] of ways) {
    const found = await run(name, options)
    const { image, part, pixel } = found.evaluation.metrics
    let against = ''
    if (first === undefined) first = found
    else {
      const { figures } = compareRuns(asSource(found, first), first, createRandom(0, 'compare'))
      const { mean, ci, isDistinguishable } = figures.auroc
      against = `${mean!.toFixed(3)} (${ci[0]?.toFixed(3)} to ${ci[1]?.toFixed(3)}), ${isDistinguishable ? 'distinguishable' : 'not distinguishable'}`
    }
    rows.push([
      words,
      show(image.auroc),
      show(image.balancedAccuracy),
      part === null ? '' : show(part.auroc),
      pixel === null ? '' : show(pixel.aupro),
      against.replaceAll('-0.', '−0.'),
    ])
  }
  console.log(`${machine()}\n\n${markdownTable(rows)}`)
} finally {
  if (kept === undefined) await rm(folder, { recursive: true, force: true })
}
