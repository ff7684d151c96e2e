/**
 * Renders the datasets of an object and seed once each, puts the questions of all cases to them, and keeps every answer in
 * a file of its own: an interrupted benchmark goes on where it stopped, and only what has changed is asked again.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeFileAtomic } from '../../src/files/atomic.ts'
import { type ObjectName, objectNames } from '../../src/simulate/render-spec.ts'
import type { SimulateOptions } from '../../src/simulate/simulate-options.ts'
import { simulateSeries, smallDataset } from '../../src/simulate/simulate-series.ts'
import { quietTask } from '../../src/task.ts'
import type { Answered, PitfallCase } from './pitfall-case.ts'

const root = join(import.meta.dirname, '../..')
export const answersFolder = join(root, 'tmp/pitfalls')
/** Of what two datasets have in common, for as many images as the largest of a seed. */
const rendering = { workers: 1, cacheBytes: 2 ** 27 }

/** A dataset by its object and seed: what one worker does at a time. */
export interface Batch {
  readonly object: ObjectName
  readonly seed: number
  /** Number of the seed, from 0. */
  readonly nth: number
  /** The documented dose and the healthy twin, or the lower doses. */
  readonly ask: 'rates' | 'curve'
}

/** Datasets that a rate rests on, ill and healthy each. */
export const leastDatasets = 20
/** Seeds of which lower doses are asked too: their curve needs fewer datasets. */
const curveSeeds = 2
/** Seeds of an object for a case of so many objects. */
export const seedsFor = ({ objects }: Pick<PitfallCase, 'objects'>): number =>
  Math.ceil(leastDatasets / objects.length)

export interface Question extends Batch {
  readonly asked: PitfallCase
  /** Null for the healthy twin. */
  readonly dose: number | null
}

/** Rates first: a benchmark that is stopped early has them. */
export function batchesOf(
  cases: readonly PitfallCase[],
  firstSeed: number,
  mostSeeds: number,
): readonly Batch[] {
  const seeds = Math.min(mostSeeds, Math.max(...cases.map(seedsFor)))
  const batches = (ask: Batch['ask'], count: number): readonly Batch[] =>
    Array.from({ length: count }, (_, nth) =>
      objectNames.map((object) => ({ object, seed: firstSeed + nth, nth, ask })),
    ).flat()
  return [...batches('rates', seeds), ...batches('curve', Math.min(seeds, curveSeeds))]
}

export function questionsOf(cases: readonly PitfallCase[], batch: Batch): readonly Question[] {
  return cases
    .filter((asked) => asked.objects.includes(batch.object) && batch.nth < seedsFor(asked))
    .flatMap((asked) =>
      (batch.ask === 'curve' ? asked.doses.slice(1) : [null, asked.doses[0]!]).map((dose) => ({
        ...batch,
        asked,
        dose,
      })),
    )
}

/** @returns undefined where it has not been asked yet. */
export function findAnswer(question: Question): Answered | undefined {
  const path = answerPath(question)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Answered) : undefined
}

/** Asks whatever has no answer yet. */
export async function answerBatch(cases: readonly PitfallCase[], batch: Batch): Promise<void> {
  mkdirSync(answersFolder, { recursive: true })
  const home = join(tmpdir(), `plumbline-pitfalls-${process.pid}`)
  const byRecipe = new Map<string, Question[]>()
  for (const question of questionsOf(cases, batch)) {
    if (findAnswer(question) !== undefined) continue
    const recipe = JSON.stringify(question.asked.recipe(question.dose))
    byRecipe.set(recipe, [...(byRecipe.get(recipe) ?? []), question])
  }
  const datasets = [...byRecipe.keys()].sort().map(
    (recipe, i): SimulateOptions => ({
      ...smallDataset(join(home, String(i)), { object: batch.object, seed: batch.seed, pathologies: {} }),
      ...(JSON.parse(recipe) as Partial<SimulateOptions>),
    }),
  )
  const questions = [...byRecipe].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, asked]) => asked)
  let i = 0
  try {
    for await (const { options } of simulateSeries(datasets, quietTask, rendering)) {
      for (const question of questions[i++]!) {
        const answered = await question.asked.ask(options.out, quietTask)
        await writeFileAtomic(answerPath(question), `${JSON.stringify(answered)}\n`)
      }
      rmSync(options.out, { recursive: true, force: true })
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function answerPath({ asked, dose, object, seed }: Question): string {
  const { guardrail, illness, settings, sources } = asked
  const what = [guardrail, illness, settings, textOf(sources), asked.recipe(dose), object, seed]
  const hash = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16)
  return join(answersFolder, `${guardrail}-${object}-${seed}-${dose ?? 'healthy'}-${hash}.json`)
}

const texts = new Map<string, string>()

/** Hash over the text of all files. */
function textOf(sources: readonly string[]): string {
  const key = sources.join(' ')
  const known = texts.get(key)
  if (known !== undefined) return known
  const hash = createHash('sha256')
  const add = (path: string): void => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name))
    else hash.update(readFileSync(path))
  }
  for (const source of sources) add(join(root, source))
  const text = hash.digest('hex')
  texts.set(key, text)
  return text
}
