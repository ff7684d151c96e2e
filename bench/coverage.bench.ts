/**
 * `npm run bench:coverage`: do the 95 % intervals contain the truth 95 % of the time? Writes `docs/coverage.md`.
 *
 * The scenarios are spread over two processes; results do not depend on how.
 */
import { fork } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import {
  type Coverage,
  type Method,
  methods,
  type Scenario,
  simulateCoverage,
} from './coverage-simulation.ts'

/** Not the seed with which the method was developed (0), so the table is a test and not a fit. */
const seed = 7
const resamples = 150
const processes = 2

interface Row extends Scenario {
  readonly replicates: number
}
const image = { imagesPerPart: 1 }
const parts = { imagesPerPart: 4 }
const rows: readonly Row[] = [
  { ...image, anomalous: 1000, nominalPer: 2, folds: 5, separation: 1.6, replicates: 200 },
  { ...parts, anomalous: 100, nominalPer: 3, folds: 10, separation: 3, replicates: 200 },
  { ...parts, anomalous: 250, nominalPer: 2, folds: 5, separation: 1.6, replicates: 200 },
  { ...parts, anomalous: 100, nominalPer: 3, folds: 5, separation: 1.6, replicates: 300 },
  { ...image, anomalous: 300, nominalPer: 3, folds: 5, separation: 1.6, replicates: 300 },
  { ...parts, anomalous: 100, nominalPer: 1, folds: 5, separation: 1.6, replicates: 400 },
  { ...image, anomalous: 100, nominalPer: 3, folds: 10, separation: 3, replicates: 400 },
  { ...image, anomalous: 100, nominalPer: 3, folds: 5, separation: 1.6, replicates: 400 },
  { ...parts, anomalous: 30, nominalPer: 2, folds: 5, separation: 1.6, replicates: 400 },
  { ...image, anomalous: 100, nominalPer: 1, folds: 5, separation: 1.6, replicates: 400 },
  { ...image, anomalous: 30, nominalPer: 8, folds: 10, separation: 1.6, replicates: 400 },
  { ...image, anomalous: 30, nominalPer: 2, folds: 5, separation: 3, replicates: 400 },
  { ...image, anomalous: 30, nominalPer: 2, folds: 5, separation: 1.6, replicates: 400 },
]

if (process.send) {
  process.on('message', (index: number) => {
    const row = rows[index]
    if (!row) process.exit(0)
    const { replicates, ...scenario } = row
    process.send!({ index, coverage: simulateCoverage(scenario, replicates, resamples, seed) })
  })
} else {
  const started = performance.now()
  const results: Coverage[] = []
  let next = 0
  await Promise.all(
    Array.from(
      { length: processes },
      () =>
        new Promise<void>((resolve, reject) => {
          const child = fork(import.meta.filename)
          child.on('message', ({ index, coverage }: { index: number; coverage: Coverage }) => {
            results[index] = coverage
            console.error(`${describe(coverage.scenario)}: done`)
            child.send(next++)
          })
          child.on('error', reject)
          child.on('exit', (code) =>
            code === 0 ? resolve() : reject(new Error(`worker exited with ${code}`)),
          )
          child.send(next++)
        }),
    ),
  )
  const seconds = (performance.now() - started) / 1000
  const page = render(results.reverse(), seconds)
  await writeFile(join(import.meta.dirname, '../docs/coverage.md'), page)
  console.log(page)
}

function describe({ anomalous, nominalPer, imagesPerPart, folds, separation }: Scenario): string {
  const unit = imagesPerPart > 1 ? `parts of ${imagesPerPart} images` : 'images'
  return `${anomalous} anomalous, ${anomalous * nominalPer} nominal ${unit}, K = ${folds}, separation ${separation}`
}

function render(results: readonly Coverage[], seconds: number): string {
  const columns = Object.entries(methods) as [Method, string][]
  const percent = (value: number | null) => (value === null ? '' : (100 * value).toFixed(1))
  const tables = results.map(({ scenario, replicates, figures }) =>
    [
      `### ${describe(scenario)}`,
      '',
      `| figure | truth | width | ${columns.map(([, title]) => title).join(' | ')} |`,
      `| --- | ${'---: | '.repeat(columns.length + 2)}`.trimEnd(),
      ...figures.map(
        ({ name, truth, meanWidth, coverage }) =>
          `| ${name} | ${truth.toFixed(3)} | ${meanWidth.toFixed(3)} | ${columns.map(([method]) => percent(coverage[method])).join(' | ')} |`,
      ),
      '',
      `${replicates} simulated evaluations.`,
    ].join('\n'),
  )
  const all = results.flatMap(({ figures }) => figures)
  const summary = columns.map(([method, title]) => {
    const values = all.map(({ coverage }) => coverage[method]).filter((value) => value !== null)
    const inside = values.filter((value) => value >= 0.93 && value <= 0.97).length
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return `| ${title} | ${percent(mean)} | ${percent(Math.min(...values))} | ${percent(Math.max(...values))} | ${inside} of ${values.length} |`
  })
  return `# Coverage of the 95 % intervals

Written by \`npm run bench:coverage\`; do not edit. Node ${process.version}, ${cpus()[0]?.model.trim() ?? 'unknown CPU'},
${processes} processes, ${Math.round(seconds)} s, seed ${seed}, ${resamples} bootstrap resamples per interval.

Every cell is the percentage of simulated evaluations whose interval contains the truth: the expected figure of the
procedure, known in closed form (\`bench/coverage-simulation.ts\`). 95 is right; below, the interval claims too much; above, too
little. A cell from 400 evaluations has a standard error of 1.1, from 200 of 1.5, so single cells stray from 93..97 by chance.

- **corrected t** and **BCa, units** are what \`evaluation.json\` reports as \`ci\` and \`bootstrapCi\` (see \`protocol.md\`).
- **n_test / rest** and **n_test / n_train**: Nadeau and Bengio's formula with counts of units, n_train being all other
  units of the fold, or those that train.
- **naive t**: s/sqrt(K), folds taken for independent. **image bootstrap**: percentiles, images resampled singly, models and
  thresholds held. **pooled binomial**: Clopper-Pearson on the verdicts of all folds together.

Refitting moves every image by noise of 0.5 and the separation by 0.15, anew in each fold. Images of one part share 60 %
of their variance. Thresholds: Youden.

| interval | mean | lowest | highest | cells in 93..97 |
| --- | ---: | ---: | ---: | ---: |
${summary.join('\n')}

${tables.join('\n\n')}
`
}
