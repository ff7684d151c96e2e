/**
 * Every benchmark of the fast set, one after the other, into `docs/benchmarks.md`: `npm run bench`.
 *
 * `npm run bench -- --slow` runs the slow ones as well. Whole evaluations need the datasets; without them that part says so.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomic } from '../src/files/atomic.ts'
import { machine } from './machine.ts'

const root = join(import.meta.dirname, '..')
const isSlow = process.argv.includes('--slow')
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
  { title: 'The forge', about: 'Pictures a second at 200x267.', argv: ['bench/simulate.bench.ts'] },
  {
    title: 'Preparation',
    about:
      'Forged links at 600x800: the embedded segmenter against the true masks, and images a second by step.',
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

const sections: string[] = []
for (const { title, about, argv, needsData, isTable, isSlow: slow } of benchmarks) {
  const command = `npx tsx ${argv.map((word) => word.replace(data, '../shared/data')).join(' ')}`
  const head = `## ${title}\n\n${about}\n\n\`${command}\``
  if (slow && !isSlow) sections.push(`${head}\n\nNot run this time (\`npm run bench -- --slow\`).`)
  else if (needsData && !existsSync(data)) sections.push(`${head}\n\nNot run: ${data} is absent.`)
  else {
    console.log(`== ${title}`)
    const env = {
      ...process.env,
      PLUMBLINE_WEIGHTS: process.env.PLUMBLINE_WEIGHTS ?? join(root, '../shared/weights'),
    }
    const out = execFileSync(process.execPath, ['--import', import.meta.resolve('tsx'), ...argv], {
      cwd: root,
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trim()
    console.log(out)
    sections.push(`${head}\n\n${isTable ? out : `\`\`\`text\n${out}\n\`\`\``}`)
  }
}
const intro =
  `# Benchmarks\n\nWritten by \`npm run bench\`; do not edit. ${machine()}. These machines are shared: compare ratios within a run, ` +
  'not seconds between runs.'
await writeFileAtomic(join(root, 'docs/benchmarks.md'), `${[intro, ...sections].join('\n\n')}\n`)
