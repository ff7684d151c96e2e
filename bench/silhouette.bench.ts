/**
 * `npx tsx bench/silhouette.bench.ts [--seeds 7] [--first 300]`: does `silhouette.map` find a model that takes pose for a defect?
 *
 * Of every object of the forge that has a silhouette two sets are rendered: parts that lie still, and parts in free poses. Ill is a model
 * that learnt still parts and judges free ones; healthy are a model that learnt and judges still parts, and one that learnt and judges free
 * ones. Whether an ill model is ill is measured: the share of good parts it rejects, at a threshold that still parts chose. Answers are kept
 * in `tmp/silhouette`, one file a set: an interrupted benchmark goes on.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Label, Sample } from '../src/dataset/sample.ts'
import { wilson } from '../src/evaluate/intervals/wilson.ts'
import type { Unit } from '../src/evaluate/units.ts'
import { writeFileAtomic } from '../src/files/atomic.ts'
import { silhouetteMap } from '../src/guardrail/model/silhouette-map.ts'
import type { ObjectName } from '../src/simulate/render-spec.ts'
import { simulateSeries, smallDataset } from '../src/simulate/simulate-series.ts'
import { quietTask } from '../src/task.ts'
import { machine, markdownTable } from './machine.ts'
import { benchBackbone } from './pitfalls/bench-backbone.ts'
import { fitOne } from './pitfalls/model-cases.ts'

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '7' }, first: { type: 'string', default: '300' } },
})
const folder = join(import.meta.dirname, '../tmp/silhouette')
/** The cloth fills the picture: it has no silhouette. */
const objects: readonly ObjectName[] = ['link', 'ring', 'plate']
const poses = ['still', 'free'] as const
type Pose = (typeof poses)[number]
/** Parts of a set, and of them the good ones that train and that choose the threshold; the others are judged. */
const parts = { good: 120, defective: 20, train: 60, choose: 20 }

const models: readonly { readonly name: string; readonly learnt: Pose; readonly judged: Pose }[] = [
  { name: 'learnt still parts, judges free ones', learnt: 'still', judged: 'free' },
  { name: 'learnt still parts, judges still ones', learnt: 'still', judged: 'still' },
  { name: 'learnt free parts, judges free ones', learnt: 'free', judged: 'free' },
]

interface Judgement {
  readonly model: string
  readonly answer: 'found' | 'passed' | 'skipped'
  readonly correlation: number | null
  /** Share of good parts that are rejected. */
  readonly overkill: number
}

mkdirSync(folder, { recursive: true })
const kept: Judgement[] = []
for (let nth = 0; nth < Number(values.seeds); nth++)
  for (const object of objects) kept.push(...(await judgeObject(object, Number(values.first) + nth)))
console.log(table(kept))
console.log(machine())

async function judgeObject(object: ObjectName, seed: number): Promise<readonly Judgement[]> {
  const path = join(folder, `${benchBackbone.backbone}-${object}-${seed}.json`)
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Judgement[]
  const home = join(tmpdir(), `plumbline-silhouette-${process.pid}`)
  const datasets = poses.map((pose, i) => ({
    ...smallDataset(join(home, pose), {
      object,
      seed: 2 * seed + i,
      pathologies: pose === 'free' ? { 'free-pose': 1 } : {},
    }),
    ...{ imagesPerPart: 1, angles: [0, 0] as [number, number], parts: parts.good + parts.defective },
    defectiveParts: parts.defective,
  }))
  try {
    const lines: string[] = []
    for await (const { options } of simulateSeries(datasets, quietTask, { workers: 1, cacheBytes: 0 })) {
      const pose = poses[datasets.findIndex(({ out }) => out === options.out)]!
      const [, ...rows] = (await readFile(join(options.out, 'manifest.csv'), 'utf8')).trim().split('\n')
      for (const row of rows) {
        const [image, label, part, defect, , foreground] = row.split(',')
        lines.push(`${pose}/${image},${label},${pose}-${part},${defect},${pose}/${foreground},${pose}`)
      }
    }
    const header = 'path,label,part,defect,foreground,pose'
    await writeFileAtomic(join(home, 'manifest.csv'), `${[header, ...lines].join('\n')}\n`)
    const judgements: Judgement[] = []
    for (const { name, learnt, judged } of models) judgements.push(await askOf(home, name, learnt, judged))
    await writeFileAtomic(path, `${JSON.stringify(judgements)}\n`)
    console.error(object, seed, JSON.stringify(judgements))
    return judgements
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

async function askOf(home: string, model: string, learnt: Pose, judged: Pose): Promise<Judgement> {
  const draw = (units: readonly Unit[]) => {
    const of = (pose: Pose, label: Label) =>
      units
        .flatMap((unit) => (label === 'nominal' ? unit.nominal : unit.anomalous))
        .filter(({ attributes }) => attributes.pose === pose)
    const [good, defective] = [of(learnt, 'nominal'), of(learnt, 'anomalous')]
    const { train, choose } = parts
    const threshold: readonly Sample[] = [
      ...good.slice(train, train + choose),
      ...defective.slice(0, choose / 2),
    ]
    const others = of(judged, 'nominal').slice(train + choose)
    return {
      train: good.slice(0, train),
      threshold,
      inference: [...others, ...of(judged, 'anomalous').slice(choose / 2)],
    }
  }
  const { fitted, close } = await fitOne(home, quietTask, { draw })
  try {
    const answer = await silhouetteMap.run(fitted, quietTask)
    const good = fitted.judged.filter(({ sample }) => sample.label === 'nominal')
    const evidence = answer.kind === 'found' ? answer.findings[0]?.evidence : undefined
    return {
      ...{ model, answer: answer.kind },
      correlation: typeof evidence?.correlation === 'number' ? evidence.correlation : null,
      overkill: good.filter(({ isRejected }) => isRejected).length / good.length,
    }
  } finally {
    await close()
  }
}

function table(all: readonly Judgement[]): string {
  return markdownTable([
    ['model', 'sets', 'good parts rejected, median (range)', 'found', 'Wilson, 95 %'],
    ...models.map(({ name }) => {
      const own = all.filter(({ model, answer }) => model === name && answer !== 'skipped')
      const found = own.filter(({ answer }) => answer === 'found').length
      const overkill = own.map((each) => each.overkill).toSorted((a, b) => a - b)
      const percent = (share: number | undefined) => `${Math.round(100 * (share ?? Number.NaN))} %`
      const [low, high] = wilson(found, own.length, 0.95)
      return [
        ...[name, String(own.length)],
        `${percent(overkill[own.length >> 1])} (${percent(overkill[0])} to ${percent(overkill.at(-1))})`,
        ...[`${found} of ${own.length}`, `${low.toFixed(2)} to ${high.toFixed(2)}`],
      ]
    }),
  ])
}
