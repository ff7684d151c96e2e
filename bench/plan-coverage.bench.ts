/**
 * `npx tsx bench/plan-coverage.bench.ts DATASET [--share F] [--cuts N] [--size N] ...`: do the intervals of `plan` hold what comes true?
 *
 * A dataset is cut down, at random and by whole units, to a share of its good and of its defective ones, and a plan is made from what is left. Then it
 * is given back: detectors learn from as many good units as the plan looked ahead to, drawn from the whole dataset, and are judged on
 * all of it, at thresholds chosen on sets as large as those of the cut. Cuts are drawn anew each time.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { drawSupports } from '../src/evaluate/draw-supports.ts'
import { evaluateFold, type FoldInput } from '../src/evaluate/evaluate-fold.ts'
import { planFigures } from '../src/evaluate/plan/resample-curves.ts'
import { planFolds } from '../src/evaluate/split.ts'
import { groupUnits, type Unit } from '../src/evaluate/units.ts'
import { createRandom, type Random } from '../src/math/random.ts'
import { makeRequest } from '../src/options/request.ts'
import { planAsk } from '../src/options/requests/plan.ts'
import { foldInput } from '../src/run/evaluate/compose-evaluation.ts'
import { openEvaluation } from '../src/run/evaluate/open-evaluation.ts'
import { evaluationOf, planRun } from '../src/run/plan/plan-dataset.ts'
import { scoresOf, workSupports } from '../src/run/plan/work-supports.ts'
import { quietTask } from '../src/task.ts'
import type { Plan } from '../src/wire/plan.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    share: { type: 'string', default: '0.25' },
    cuts: { type: 'string', default: '20' },
    size: { type: 'string', default: '128' },
    backbone: { type: 'string', default: 'mobilenet_v2' },
    detector: { type: 'string', default: 'patchcore' },
    folds: { type: 'string', default: '4' },
    'min-train': { type: 'string', default: '0.5' },
    parts: { type: 'string', default: 'given' },
    seed: { type: 'string', default: '7' },
  },
})
const [dataset = ''] = positionals
const seed = Number(values.seed)
const share = Number(values.share)
const request = await makeRequest(planAsk, {
  dataset,
  seed,
  draws: 1,
  folds: Number(values.folds),
  detector: values.detector,
  backbone: values.backbone,
  size: { width: Number(values.size), height: Number(values.size) },
  minTrain: Number(values['min-train']),
  parts: values.parts as 'given' | 'inferred',
  threads: 2,
})
const run = await openEvaluation(evaluationOf(request), quietTask)

/** Some of the units with nominal images only, and of the others. */
function cut(random: Random): readonly Unit[] {
  const some = (of: readonly Unit[]): readonly Unit[] =>
    random.shuffleInPlace([...of]).slice(0, Math.round(share * of.length))
  const isGood = ({ anomalous }: Unit): boolean => anomalous.length === 0
  return [...some(run.units.filter(isGood)), ...some(run.units.filter((unit) => !isGood(unit)))]
}

const plans: Plan[] = []
for (let i = 0; i < Number(values.cuts); i++) {
  const kept = cut(createRandom(seed, 'cut', i))
  const samples = kept.flatMap(({ nominal, anomalous }) => [...nominal, ...anomalous])
  const part = {
    ...run,
    seen: { ...run.seen, samples },
    units: groupUnits(samples, run.unit),
    request: { ...run.request, seed: seed + i },
  }
  plans.push(await planRun(part, { ...request, seed: seed + i }, null, quietTask))
  console.error(
    `${(process.cpuUsage().user / 1e6).toFixed(0)} s of processor: cut ${i + 1}: ${plans.at(-1)!.answer[0]}`,
  )
}

/** What came true with so many good units: means over folds and supports, thresholds of sets as large as the cut's. */
const truths = new Map<number, Record<(typeof planFigures)[number], number>>()
const whole = planFolds(run.units, { ...run.request, merged: true })
const thresholdUnits = Math.round((share * whole[0]!.threshold.length) / 2)
async function truthAt(units: number) {
  const known = truths.get(units)
  if (known !== undefined) return known
  const supports = drawSupports(whole, run.units, { shots: units, draws: 1, seed })
  const work = { ...run, request: { seed, folds: whole.length }, folder: null }
  const [records] = await workSupports([supports], work, quietTask)
  const results = supports.flatMap((plan, i) => {
    const input = foldInput(plan, scoresOf(records![i]!))
    return Array.from({ length: 20 }, (_, draw) => {
      const random = createRandom(seed, 'threshold', units, i, draw)
      return evaluateFold(fewerToChoose(input, random), run.settings)
    })
  })
  const level = plans[0]!.protocol.level
  const figure = (name: (typeof planFigures)[number]): number =>
    results.reduce((sum, result) => sum + result[level]!.figures[name]!, 0) / results.length
  const truth = {
    auroc: figure('auroc'),
    escapeRate: figure('escapeRate'),
    overkillRate: figure('overkillRate'),
  }
  truths.set(units, truth)
  return truth
}

function fewerToChoose(input: FoldInput, random: Random): FoldInput {
  const of = (label: 'nominal' | 'anomalous') =>
    random
      .shuffleInPlace(input.threshold.filter(({ sample }) => sample.label === label))
      .slice(0, thresholdUnits)
  return { ...input, threshold: [...of('nominal'), ...of('anomalous')] }
}

console.log(
  `${dataset}, cut to ${share}: ${plans[0]!.nominal.now} good units train, ${plans[0]!.defective.now} defective ones; ` +
    `${plans.length} cuts, ${values.detector} on ${values.backbone} at ${values.size} px, ${values.folds} folds, seed ${seed}; ${cpus()[0]!.model}, ` +
    `Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}`,
)
console.log('| good units | figure | came true | told, mean | off by, mean | width, mean | held the truth |')
console.log('| ---: | --- | ---: | ---: | ---: | ---: | ---: |')
const now = plans[0]!.nominal.now
const most = Math.min(...whole.map(({ unitIds }) => unitIds.train.length))
/** Now, twice and four times as many, or what is nearest below where the dataset has fewer. */
const ahead = plans[0]!.nominal.points
  .map(({ units }) => units)
  .filter((units) => units >= now && units <= most)
const judgedAt = [1, 2, 4].map((times) => ahead.findLast((units) => units <= Math.ceil(times * now))!)
for (const units of new Set(judgedAt)) {
  const truth = await truthAt(units)
  for (const name of planFigures) {
    const told = plans.flatMap(({ nominal }) => nominal.points.filter((point) => point.units === units))
    const mean = (of: (figure: (typeof told)[number]['auroc']) => number): number =>
      told.reduce((sum, point) => sum + of(point[name]), 0) / told.length
    const held = told.filter(({ [name]: { ci } }) => ci[0] <= truth[name] && truth[name] <= ci[1]).length
    const cells = [
      `${units} (${(units / now).toFixed(2)} times)`,
      name,
      truth[name].toFixed(3),
      mean(({ value }) => value).toFixed(3),
      mean(({ value }) => Math.abs(value - truth[name])).toFixed(3),
      mean(({ ci }) => ci[1] - ci[0]).toFixed(3),
      `${held} of ${told.length}`,
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}
await run.vision.close()
