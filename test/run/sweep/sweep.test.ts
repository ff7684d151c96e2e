/** A grid of evaluations: what is made, what is not made again, what is compared, and what a bad file is told. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { StatisticalError, UsageError } from '../../../src/errors.ts'
import { holm } from '../../../src/evaluate/holm.ts'
import { evaluateDataset } from '../../../src/pipeline.ts'
import { readSweepConfig, sweepJsonSchema } from '../../../src/run/sweep/sweep-config.ts'
import { sweepDataset } from '../../../src/run/sweep/sweep-dataset.ts'
import { quietTask } from '../../../src/task.ts'
import { sweepSchema } from '../../../src/wire/sweep.ts'
import { makeStripedDataset } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const home = temporaryFolder()
const file = (text: string, name = 'grid.yaml'): string => {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, text)
  return path
}

describe('a sweep', () => {
  let grid = ''
  const out = join(home, 'sweep')
  let made: string[] = []
  const sweep = (path = grid) =>
    sweepDataset({ grid: path, out, threads: 1, cache: join(home, 'cache') }, quietTask, (request, task) => {
      made.push(request.out.split('/').at(-1) ?? '')
      return evaluateDataset(request, task)
    })
  const text = (sizes: string, more = '') => `# two settings of one method
dataset: ${dataset}
detectors:
  - { id: patchcore, name: small, options: { bankSize: 16 } }
  - { id: patchcore, name: large, options: { bankSize: 64 } }
backbones: [filterbank]
sizes: [${sizes}]
seeds: [0, 1]
evaluate: { folds: 2 ${more} }
`
  let dataset = ''
  beforeAll(async () => {
    dataset = await makeStripedDataset({ masks: false })
    grid = file(text('32'))
  })

  it('evaluates every combination, and pairs arms within a seed', async () => {
    const result = sweepSchema.parse(await sweep())
    const names = [
      'large_filterbank_32_seed0',
      'large_filterbank_32_seed1',
      'small_filterbank_32_seed0',
      'small_filterbank_32_seed1',
    ]
    expect([...made].sort()).toEqual(names)
    expect(result.cells.map(({ name }) => name).sort()).toEqual(names)
    expect(result.comparisons).toBe(1)
    expect(result.pairs).toMatchObject([
      {
        a: 'small_filterbank_32',
        b: 'large_filterbank_32',
        perSeed: [{ seed: 0 }, { seed: 1 }],
        isDistinguishable: false,
      },
    ])
    for (const { name } of result.cells) expect(existsSync(join(out, 'runs', name, 'report.html'))).toBe(true)
    const page = readFileSync(join(out, 'sweep.html'), 'utf8')
    expect(page).toContain('corrected for 1 comparison after Holm')
    expect(page).toContain('href="runs/small_filterbank_32_seed0/report.html"')
  }, 180_000)

  it('makes nothing again that is there, and only what is new of a grid that has grown', async () => {
    made = []
    const again = await sweep()
    expect(made).toEqual([])
    expect(again.cells.every(({ auroc }) => auroc?.mean !== undefined)).toBe(true)
    await sweep(file(text('32, 40').replace('seeds: [0, 1]', 'seeds: [0]')))
    expect(made.sort()).toEqual(['large_filterbank_40_seed0', 'small_filterbank_40_seed0'])
  }, 180_000)

  it('makes all again of which an option has changed', async () => {
    made = []
    await sweep(file(text('32', ', min-train: 0.4').replace('seeds: [0, 1]', 'seeds: [0]')))
    expect(made).toHaveLength(2)
  }, 180_000)

  it('names an evaluation that cannot be made, and makes the others', async () => {
    const elsewhere = join(home, 'with-failure')
    const result = await sweepDataset(
      { grid, out: elsewhere, threads: 1, cache: null },
      quietTask,
      async (request, task) => {
        if (request.out.includes('large')) throw new StatisticalError('too few')
        return evaluateDataset(request, task)
      },
    )
    expect(result.cells.map(({ failure }) => failure)).toEqual([null, null, 'too few', 'too few'])
    expect(result.comparisons).toBe(0)
  }, 180_000)
})

describe('the file of a sweep', () => {
  it.each([
    ['dataset: [', /grid\.yaml:1:\d+: is not YAML/],
    ['dataset: x\ndetector: [a]', /detector is not known; did you mean detectors/],
    ['dataset: x\nseeds: []', /seeds/],
    ['dataset: x\nseeds: [-1]', /seeds\.0/],
    ['dataset: x\nevaluate: { fold: 3 }', /evaluate\.fold is no option of evaluate; did you mean folds/],
    ['dataset: x\nevaluate: { seed: 3 }', /evaluate\.seed: stands in a list of its own/],
    ['dataset: x\nevaluate: { threads: 3 }', /evaluate\.threads: stands on the command line/],
    ['detectors: [patchcore]', /dataset/],
  ])('that says %j is refused with its place', async (text, words) => {
    const error = await readSweepConfig(file(text)).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UsageError)
    expect(String(error)).toMatch(words)
  })

  it('is refused where two evaluations would have one name, or an option a value it cannot have', async () => {
    const run = (text: string) =>
      sweepDataset({ grid: file(text), out: join(home, 'never') }, quietTask, () =>
        Promise.reject(new Error('made')),
      )
    await expect(
      run('dataset: x\ndetectors: [patchcore, { id: patchcore, options: { peaks: 2 } }]'),
    ).rejects.toThrow(/two evaluations would be called patchcore_seed0/)
    await expect(run('dataset: x\nevaluate: { folds: none }')).rejects.toThrow(
      /folds: expected a whole number/,
    )
    await expect(run('dataset: x\nevaluate: { draws: 4 }')).rejects.toThrow(
      /grid\.yaml: patchcore_seed0: --draws has no effect without --shots/,
    )
    await expect(run('dataset: x\ndetectors: [nobody]')).rejects.toThrow(/nobody/)
  })

  it('may be JSON, and its schema lies in docs for editors', async () => {
    expect(await readSweepConfig(file('{ "dataset": "x", "seeds": [1] }', 'grid.json'))).toEqual({
      dataset: 'x',
      seeds: [1],
    })
    const written = readFileSync(new URL('../../../docs/sweep.schema.json', import.meta.url), 'utf8')
    expect(JSON.parse(written)).toEqual(sweepJsonSchema()) // npm run docs:cli
  })
})

describe('the correction of Holm', () => {
  it('is that of R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005])
    for (const [i, expected] of [0.03, 0.06, 0.06, 0.02].entries())
      expect(adjusted[i]).toBeCloseTo(expected, 12)
    expect(holm([0.01, null])).toEqual([0.02, null]) // what could not be tested was looked at all the same
    expect(holm([0.9, 0.8])).toEqual([1, 1])
  })
})
