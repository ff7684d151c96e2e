/**
 * Every benchmark of the fast set, one after the other, into `docs/benchmarks.md`: `npm run bench`.
 *
 * `npm run bench -- --slow` runs the slow ones as well, `npm run bench -- --only WORDS` those with these words in their title. The page
 * is written after each, and keeps the figures of those that were not run.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomic } from '../src/files/atomic.ts'
import { machine } from './machine.ts'

const root = join(import.meta.dirname, '..')
const withSlow = process.argv.includes('--slow')
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined
const data = join(root, '../shared/data')

interface Benchmark {
  readonly title: string
  readonly about: string
  readonly argv: readonly string[]
  readonly needsData?: true
  readonly isTable?: true
  readonly isSlow?: true
}

const benchmarks: readonly Benchmark[] = [
  {
    title: 'Evaluations of real images',
    about:
      'Whole `evaluate` commands in processes of their own. The first run fills the cache of the second. The defaults of ' +
      'PatchCore were chosen on folds of other seeds.',
    argv: ['bench/evaluate.bench.ts'],
    needsData: true,
    isTable: true,
  },
  {
    title: 'From file to features',
    about: 'Reading, decoding, preparation, MobileNetV2, cache.',
    argv: ['bench/features.bench.ts', join(data, 'mtd'), 'mobilenet_v2', '256'],
    needsData: true,
  },
  {
    title: 'Pixel figures',
    about:
      'AUROC, AP, AUPRO at 0.3 and 0.05, and AUPIMO together on 200 maps of 512x512, against a twin that sorts every pixel.',
    argv: ['bench/pixel-metrics.bench.ts', '200', '512', '3'],
  },
  {
    title: 'Coreset',
    about: 'Greedy k-center by shortlists and products, against the plain algorithm.',
    argv: ['bench/coreset.bench.ts'],
  },
  {
    title: 'Opening a folder',
    about: 'Against a listing that reads each head, and against decoding every image once.',
    argv: ['bench/look.bench.ts'],
    isTable: true,
    isSlow: true,
  },
  { title: 'The forge', about: 'Pictures a second at 200x267.', argv: ['bench/simulate.bench.ts'] },
  {
    title: 'Exported models',
    about:
      'Each exported graph against the program on the same pixels, and `inspect` against its parts alone, turn by turn; the ' +
      'ratio of processor time is that of all threads, which other work on the machine does not touch.',
    argv: ['bench/export.bench.ts'],
    isTable: true,
  },
  {
    title: 'The station',
    about:
      '`plumbline serve` in a process of its own, with its records, against `inspect` called directly, turn by turn; clients run on ' +
      'the same processors.',
    argv: ['bench/serve.bench.ts', 'one', 'eight', 'full', 'beside'],
    isTable: true,
    isSlow: true,
  },
  {
    title: 'Preparation',
    about:
      '300 forged links at 600x800: the embedded segmenter against the true masks, and images a second by step.',
    argv: ['bench/prepare.bench.ts'],
    isTable: true,
    isSlow: true,
  },
  {
    title: 'PatchCore on many images',
    about: 'Memory is bounded, time is linear.',
    argv: ['bench/patchcore-scale.bench.ts'],
    isTable: true,
    isSlow: true,
  },
  {
    title: 'Guardrails on many images',
    about: 'Memory stays below a gigabyte, time is linear.',
    argv: ['bench/check-scale.bench.ts'],
    isTable: true,
    isSlow: true,
  },
]

const out = join(root, 'docs/benchmarks.md')
const intro =
  '# Benchmarks\n\nWritten by `npm run bench`; do not edit. Each section was measured by the command above its figures, on a ' +
  `machine like this: ${machine()}. These machines are shared: compare ratios within a run, not seconds between runs.`

/** What the page says so far, by title: a section that is not run this time keeps its figures. */
const sections = new Map(
  (existsSync(out) ? readFileSync(out, 'utf8') : '')
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n')).trim()]),
)

for (const { title, about, argv, needsData, isTable, isSlow } of benchmarks) {
  if (only === undefined ? isSlow === true && !withSlow : !title.toLowerCase().includes(only.toLowerCase()))
    continue
  if (needsData && !existsSync(data)) {
    console.log(`== ${title}: not run, ${data} is absent`)
    continue
  }
  console.log(`== ${title}`)
  const env = {
    ...process.env,
    PLUMBLINE_WEIGHTS: process.env.PLUMBLINE_WEIGHTS ?? join(root, '../shared/weights'),
  }
  const figures = execFileSync(process.execPath, ['--import', import.meta.resolve('tsx'), ...argv], {
    cwd: root,
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
  console.log(figures)
  const command = `npx tsx ${argv.map((word) => word.replace(data, '../shared/data')).join(' ')}`
  sections.set(title, `${about}\n\n\`${command}\`\n\n${isTable ? figures : `\`\`\`text\n${figures}\n\`\`\``}`)
  const known = benchmarks.filter((benchmark) => sections.has(benchmark.title))
  const page = [
    intro,
    ...known.map((benchmark) => `## ${benchmark.title}\n\n${sections.get(benchmark.title)}`),
  ]
  await writeFileAtomic(out, `${page.join('\n\n')}\n`)
}
