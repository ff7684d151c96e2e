/**
 * `npx tsx bench/robustness.bench.ts [--seeds 6] [--first 200] [--table]`: is `robustness.*` right about a model on the real backbone?
 *
 * No healthy twin is needed: whether a change harms a model is measured. Of each forged dataset a third of the parts is kept apart, where the
 * fold and the guardrail never see them; at the doses to expect they tell by how much overkill and escapes truly rise. Where the rise is
 * twice the guardrail's limit and more a warning is right, below the limit silence is; what lies between is counted apart. Parts of odd seeds lie
 * in free poses, in training as well. Answers are kept in `tmp/robustness`, one file a dataset: an interrupted benchmark goes on.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { wilson } from '../src/evaluate/intervals/wilson.ts'
import { writeFileAtomic } from '../src/files/atomic.ts'
import { modelGuardrails } from '../src/guardrail/model/catalogue.ts'
import type { FittedRun, JudgedImage } from '../src/guardrail/model/fitted-run.ts'
import { doseResponse } from '../src/guardrail/model/robustness/dose-response.ts'
import type { Perturbation } from '../src/guardrail/model/robustness/perturbation.ts'
import { perturbations } from '../src/guardrail/model/robustness/perturbations.ts'
import { harmfulRise } from '../src/guardrail/model/robustness/robustness.ts'
import { type ObjectName, objectNames } from '../src/simulate/render-spec.ts'
import { simulateSeries, smallDataset } from '../src/simulate/simulate-series.ts'
import { quietTask } from '../src/task.ts'
import { machine, markdownTable } from './machine.ts'
import { benchBackbone } from './pitfalls/bench-backbone.ts'
import { fitOne } from './pitfalls/model-cases.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '6' },
    first: { type: 'string', default: '200' },
    table: { type: 'boolean', default: false },
    parts: { type: 'string', default: '210' },
  },
})
const folder = join(import.meta.dirname, '../tmp/robustness')
const parts = Number(values.parts)

/** Of one change and one model. */
interface Judgement {
  readonly name: string
  /** Largest rise of a rate among the reserved parts, at any dose up to the one to expect. */
  readonly rise: number
  readonly answer: 'warned' | 'noted' | 'passed' | 'skipped'
}

const expected = perturbations.filter((each) => each.expected !== null)
if (!values.table) {
  mkdirSync(folder, { recursive: true })
  for (let nth = 0; nth < Number(values.seeds); nth++)
    for (const object of objectNames) await judgeDataset(object, Number(values.first) + nth)
}
console.log(table())
console.log(machine())

async function judgeDataset(object: ObjectName, seed: number): Promise<void> {
  const path = pathOf(object, seed)
  if (existsSync(path)) return
  const home = join(tmpdir(), `plumbline-robustness-${process.pid}`)
  const dataset = {
    ...smallDataset(home, { object, seed, pathologies: seed % 2 === 1 ? { 'free-pose': 1 } : {} }),
    ...{
      imagesPerPart: 1,
      angles: [0, 0] as [number, number],
      parts,
      defectiveParts: Math.round((3 * parts) / 7),
    },
  }
  try {
    for await (const { options } of simulateSeries([dataset], quietTask, { workers: 1, cacheBytes: 0 })) {
      const { fitted, reserved, close } = await fitOne(options.out, quietTask, { reserve: 3 })
      const judgements: Judgement[] = []
      for (const each of expected) {
        const rise = await trueRise(each, fitted, reserved)
        judgements.push({ name: each.name, rise, answer: await askedOf(each, fitted) })
      }
      await close()
      await writeFileAtomic(path, `${JSON.stringify(judgements)}\n`)
      console.error(object, seed, JSON.stringify(judgements))
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function pathOf(object: ObjectName, seed: number): string {
  return join(folder, `${benchBackbone.backbone}-${object}-${seed}-${parts}.json`)
}

async function askedOf({ name }: Perturbation, fitted: FittedRun): Promise<Judgement['answer']> {
  const guardrail = modelGuardrails.find(({ id }) => id === `robustness.${name}`)
  if (guardrail === undefined) throw new Error(`no guardrail is called robustness.${name}`)
  const answer = await guardrail.run(fitted, quietTask)
  if (answer.kind !== 'found') return answer.kind
  return answer.findings.some(({ severity }) => severity !== 'info') ? 'warned' : 'noted'
}

async function trueRise(
  perturbation: Perturbation,
  fitted: FittedRun,
  images: readonly JudgedImage[],
): Promise<number> {
  const { threshold, randomOf } = fitted
  if (threshold === null) throw new Error('the fold has no threshold')
  const doses = perturbation.doses.filter(({ value }) => value <= (perturbation.expected ?? 0))
  const subjects = {
    images,
    labels: Uint8Array.from(images, ({ sample }) => Number(sample.label === 'anomalous')),
    units: images.map(({ unit }) => unit),
    threshold,
  }
  // Changed otherwise than what the guardrail looks at.
  const apart = { ...fitted, randomOf: (name: string) => randomOf(`reserved ${name}`) }
  let [before, most]: [readonly number[] | null, number] = [null, 0]
  for await (const { overkill, escape: escapes } of doseResponse(
    { ...perturbation, doses },
    subjects,
    apart,
    quietTask,
  )) {
    const rates = [overkill.rate, escapes.rate ?? 0]
    before ??= rates
    for (const [i, rate] of rates.entries()) most = Math.max(most, rate - before[i]!)
  }
  return most
}

function table(): string {
  const first = Number(values.first)
  const seeds = Array.from({ length: Number(values.seeds) }, (_, nth) => first + nth)
  const kept = seeds
    .flatMap((seed) => objectNames.map((object) => pathOf(object, seed)))
    .filter(existsSync)
    .flatMap((path) => JSON.parse(readFileSync(path, 'utf8')) as Judgement[])
  const rate = (of: readonly Judgement[], isRight: (answer: Judgement['answer']) => boolean): string => {
    if (of.length === 0) return 'none'
    const right = of.filter(({ answer }) => isRight(answer)).length
    const [low, high] = wilson(right, of.length, 0.95)
    return `${right} of ${of.length}: ${(right / of.length).toFixed(2)} (${low.toFixed(2)}..${high.toFixed(2)})`
  }
  const row = (name: string, all: readonly Judgement[]): string[] => {
    const own = all.filter(({ answer }) => answer !== 'skipped')
    const between = own.filter(({ rise }) => rise >= harmfulRise && rise < 2 * harmfulRise)
    return [
      name,
      rate(
        own.filter(({ rise }) => rise >= 2 * harmfulRise),
        (answer) => answer === 'warned',
      ),
      rate(
        own.filter(({ rise }) => rise < harmfulRise),
        (answer) => answer !== 'warned',
      ),
      `${between.filter(({ answer }) => answer === 'warned').length} of ${between.length}`,
      String(all.length - own.length),
    ]
  }
  return markdownTable([
    [
      'guardrail',
      'warned where a rate rises by 10 points',
      'silent where by less than 5',
      'warned between',
      'not asked',
    ],
    ...expected.map(({ name }) =>
      row(
        `\`robustness.${name}\``,
        kept.filter((each) => each.name === name),
      ),
    ),
    row('all', kept),
  ])
}
