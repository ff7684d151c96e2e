/**
 * `npm run bench:score-pitfalls`: guardrails on a model, asked about made-up evaluations that are well and about ones that are ill
 * in one known way. Those that look at scores alone get normal scores of a detector of known separation; the others get
 * pictures of a disc and a detector that minds just what it is told to (`pitfalls/disc-cases.ts`). Writes the table of
 * `docs/score-pitfalls.md`. `--only TEXT` asks one of them; `--tuning` takes other seeds, those with which limits were chosen.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Sample } from '../src/dataset/sample.ts'
import { aggregate } from '../src/evaluate/aggregate.ts'
import { evaluateFold, type FoldSettings } from '../src/evaluate/evaluate-fold.ts'
import { planFolds, splitDefaults } from '../src/evaluate/split.ts'
import { createChooser } from '../src/evaluate/thresholds/choose-threshold.ts'
import { groupUnits } from '../src/evaluate/units.ts'
import { writeFileAtomic } from '../src/files/atomic.ts'
import { evaluationGuardrails } from '../src/guardrail/model/catalogue.ts'
import type { EvaluatedRun, Sibling } from '../src/guardrail/model/evaluated-run.ts'
import { createRandom } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'
import { machine } from './machine.ts'
import { discCases } from './pitfalls/disc-cases.ts'
import { type CaseResult, pitfallTable } from './pitfalls/pitfall-table.ts'

interface World {
  readonly nominal: number
  readonly anomalous: number
  /** Distance of the means in standard deviations, by kind of defect in turn. */
  readonly separations: readonly number[]
  /** Share of all scores that are cut off at one highest value. */
  readonly ceiling: number
  /** Runs of equally good detectors, of which the best is kept. */
  readonly tried: number
}

interface Case {
  readonly guardrail: string
  readonly illness: string
  readonly doses: readonly number[]
  /** null: healthy. */
  readonly world: (dose: number | null) => Partial<World>
}

const large = { nominal: 600, anomalous: 240 }
const healthyWorld: World = { ...large, separations: [3, 3, 3], ceiling: 0, tried: 1 }
const few = (dose: number | null): Partial<World> =>
  dose === null ? {} : { nominal: 6 * dose, anomalous: 2 * dose }

const cases: readonly Case[] = [
  {
    guardrail: 'selection.leakage',
    illness: 'best of so many runs',
    doses: [12, 6, 3, 2],
    world: (dose) => ({ tried: dose ?? 1 }),
  },
  {
    guardrail: 'threshold.optimism',
    illness: 'so many defective parts a half',
    doses: [10, 20, 40, 80],
    world: (dose) => ({ separations: [dose === null ? 3 : 2], ...few(dose) }),
  },
  {
    guardrail: 'threshold.stability',
    illness: 'so many defective parts a half, AUROC 0.76',
    doses: [10, 20, 40, 80],
    world: (dose) => ({ separations: [dose === null ? 3 : 1], ...few(dose) }),
  },
  {
    guardrail: 'subgroup.worst',
    illness: 'one kind of three so much harder, in standard deviations',
    doses: [2.5, 2, 1.5, 1],
    world: (dose) => ({ separations: [3, 3, 3 - (dose ?? 0)] }),
  },
  {
    guardrail: 'score.saturation',
    illness: 'share of scores at one ceiling',
    doses: [0.2, 0.1, 0.05, 0.025],
    world: (dose) => ({ ceiling: dose ?? 0 }),
  },
  {
    guardrail: 'auroc.misleading',
    illness: 'so many defective parts a half',
    doses: [10, 20, 40, 80],
    world: (dose) => ({ separations: [1], ...few(dose) }),
  },
]

const { values } = parseArgs({
  options: {
    tuning: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    seeds: { type: 'string', default: '40' },
  },
})
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => (values.tuning ? 1 : 5001) + i)
/** Pictures take longer than scores. */
const discSeeds = seeds.slice(0, Math.ceil(seeds.length / 2))
const factory = { prevalence: 0.3, costEscape: 1, costOverkill: 1, partialFpr: 0.05 }
const settings: FoldSettings = {
  ...factory,
  unit: 'image',
  partsKnown: false,
  partScore: { rule: 'max' },
  choose: createChooser(
    { policy: 'youden', alpha: 0.05, delta: 0.05, sigmaK: 3, reviewEscape: null },
    factory,
  ),
}

const count = (found: number) => ({ found, skipped: 0, of: seeds.length })
const results: CaseResult[] = []
for (const each of cases.filter(({ guardrail }) => guardrail.includes(values.only))) {
  const healthy = count(await foundIn(each, null))
  const ill = []
  for (const dose of each.doses) ill.push(count(await foundIn(each, dose)))
  results.push({ asked: each, healthy, ill })
  console.error(each.guardrail, JSON.stringify([healthy.found, ...ill.map(({ found }) => found)]))
}
for (const each of discCases.filter(({ guardrail }) => guardrail.includes(values.only))) {
  const foundAt = async (dose: number | null): Promise<number> => {
    let found = 0
    for (const seed of discSeeds) if (await each.isFound(dose, seed)) found++
    return found
  }
  const of = (found: number) => ({ found, skipped: 0, of: discSeeds.length })
  const healthy = of(await foundAt(null))
  const ill = []
  for (const dose of each.doses) ill.push(of(await foundAt(dose)))
  results.push({ asked: each, healthy, ill })
  console.error(each.guardrail, JSON.stringify([healthy.found, ...ill.map(({ found }) => found)]))
}
const table = pitfallTable(results)
console.log(table)
if (!values.tuning && values.only === '') {
  await writeFileAtomic(
    join(import.meta.dirname, '../docs/score-pitfalls.md'),
    [
      '# Pitfalls of models',
      '',
      `What the guardrails on a model find and what they invent, on ${seeds.length} made-up evaluations a cell (${discSeeds.length} where pictures are looked at), with seeds that served no tuning; intervals are Wilson's, 95 %; rates below 0.95 are bold. Written by \`npm run bench:score-pitfalls\`.`,
      '',
      'Questions of scores alone: normal scores of 600 good and 240 defective parts, three standard deviations apart, five folds. The others: 20 good and 20 defective pictures of a disc with a dark spot, and a detector that minds just what it is told to. What the forge and a real backbone add is in [pitfalls.md](pitfalls.md).',
      '',
      table,
      '',
    ].join('\n'),
  )
}
console.error(machine())

async function foundIn({ guardrail, world }: Case, dose: number | null): Promise<number> {
  const asked = evaluationGuardrails.find(({ id }) => id === guardrail)!
  let found = 0
  for (const seed of seeds) {
    const run = runOf({ ...healthyWorld, ...world(dose) }, seed, guardrail === 'auroc.misleading')
    const answer = await asked.run(run, quietTask)
    if (answer.kind === 'found' && answer.findings.some(({ severity }) => severity !== 'info')) found++
  }
  return found
}

/** @param isWhole - Whether figures with intervals are needed: their bootstrap takes most of the time. */
function runOf(world: World, seed: number, isWhole: boolean): EvaluatedRun {
  const runs = Array.from({ length: world.tried }, (_, attempt) => simulate(world, seed, attempt))
  const own = runs.toSorted((a, b) => meanAuroc(b) - meanAuroc(a))[0]!
  const siblings = runs
    .filter((run) => run !== own)
    .map(
      (run, i): Sibling => ({
        name: `run ${i}`,
        what: 'simulated',
        isOnSameFolds: true,
        aurocPerFold: aurocs(run),
      }),
    )
  const folds = own.map(({ fold, image }) => ({ fold, threshold: image.threshold }))
  const auroc = { perFold: aurocs(own) }
  const figures = isWhole ? aggregate(own, settings, createRandom(seed, 'aggregate'), quietTask) : null
  const evaluation = {
    protocol: { ...factory, prevalenceStated: true, threshold: { policy: 'youden' } },
    metrics: figures?.metrics ?? { image: { auroc, balancedAccuracy: { mean: null } }, part: null },
    naive: figures?.naive ?? { image: {}, part: null },
    folds,
  } as unknown as EvaluatedRun['evaluation']
  return {
    results: own,
    settings,
    evaluation,
    siblings,
    randomOf: (name) => createRandom(seed, 'guardrail', name),
  }
}

type Results = ReturnType<typeof simulate>
function aurocs(run: Results): (number | null)[] {
  return run.map(({ image }) => image.figures.auroc)
}
function meanAuroc(run: Results): number {
  return aurocs(run).reduce<number>((sum, value) => sum + (value ?? 0), 0) / run.length
}

function simulate({ nominal, anomalous, separations, ceiling }: World, seed: number, attempt: number) {
  const samples: Sample[] = [
    ...Array.from({ length: nominal }, (_, i) => sampleOf(`n${i}`, null)),
    ...Array.from({ length: anomalous }, (_, i) => sampleOf(`a${i}`, `kind ${i % separations.length}`)),
  ]
  const random = createRandom(seed, 'scores', attempt)
  const scores = new Map(
    samples.map(({ id, defect }) => [
      id,
      random.normal() + (defect === null ? 0 : separations[Number(defect.slice(5))]!),
    ]),
  )
  const highest = [...scores.values()].sort((a, b) => b - a)[Math.floor(ceiling * scores.size)]!
  const scored = (role: readonly Sample[]) =>
    role.map((sample) => ({
      sample,
      score: ceiling > 0 ? Math.min(highest, scores.get(sample.id)!) : scores.get(sample.id)!,
    }))
  return planFolds(groupUnits(samples, 'image'), { ...splitDefaults, folds: 5, seed }).map((plan) =>
    evaluateFold(
      {
        plan,
        threshold: scored(plan.threshold),
        inference: scored(plan.inference),
        pixel: null,
        seconds: { fit: 0, score: 0 },
      },
      settings,
    ),
  )
}

function sampleOf(id: string, defect: string | null): Sample {
  return {
    id,
    path: id,
    label: defect === null ? 'nominal' : 'anomalous',
    part: null,
    defect,
    mask: null,
    foreground: null,
    split: null,
    attributes: {},
  }
}
