/**
 * What raises the figure without a leak? PatchCore's nearest patches, one thing varied at a time, on parts that were never learnt.
 *
 *     plumbline check mtd --write-parts parts.csv
 *     PLUMBLINE_WEIGHTS=FOLDER npx tsx bench/leak-free.bench.ts parts.csv --backbone plumb-s --half choose
 *     PLUMBLINE_WEIGHTS=FOLDER npx tsx bench/leak-free.bench.ts parts.csv --backbone plumb-s --half report --only NAME --only NAME
 *
 * The parts are halved by kind of defect. Look at the half `choose` as often as you like; what was chosen there is believed by the half
 * `report` alone, whose parts have a bank of their own. A part is as anomalous as its worst picture, unless the table says otherwise.
 * Differences are to the first look and rule, with DeLong's paired interval over parts. Answers are kept in `tmp/leak-free` under the
 * name of the look: empty it where the code has changed.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { perturbVision } from '../src/backbone/perturb-vision.ts'
import type { Sample } from '../src/dataset/sample.ts'
import { embedPatches, type PatchGrid } from '../src/detector/patches/embed-patches.ts'
import { delongPaired } from '../src/evaluate/intervals/delong.ts'
import { auroc } from '../src/evaluate/metrics/roc.ts'
import { parsePartScore, partScore } from '../src/evaluate/part-score.ts'
import { groupUnits } from '../src/evaluate/units.ts'
import { writeFileAtomic } from '../src/files/atomic.ts'
import { normalQuantile } from '../src/math/distributions.ts'
import { groupBy } from '../src/math/group-by.ts'
import { createRandom } from '../src/math/random.ts'
import { makeRequest } from '../src/options/request.ts'
import { checkAsk } from '../src/options/requests/check.ts'
import { openSamples } from '../src/run/open/open-samples.ts'
import { openRunVision } from '../src/run/open/open-vision.ts'
import { quietTask } from '../src/task.ts'
import { judgeLeftOut, type SeenPicture } from './leak-free/judge-left-out.ts'
import { type Look, looks, stagesOf } from './leak-free/looks.ts'
import { ownRule, rules } from './leak-free/rules.ts'
import { machine, markdownTable } from './machine.ts'
import { benchMachine, talkingTask } from './open-folds.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    backbone: { type: 'string', default: 'plumb-s' },
    half: { type: 'string', default: 'choose' },
    only: { type: 'string', multiple: true },
    cache: { type: 'string' },
  },
})
const [dataset] = positionals
if (dataset === undefined || !['choose', 'report', 'all'].includes(values.half))
  throw new Error(
    'usage: leak-free.bench.ts DATASET [--backbone NAME] [--half choose|report|all] [--only LOOK]',
  )
const { backbone } = values
const folder = join(import.meta.dirname, '../tmp/leak-free')
const partScores = ['max', 'topk:2', 'topk:3', 'mean'] as const

const request = (size: number) =>
  makeRequest(checkAsk, {
    ...benchMachine,
    ...(values.cache !== undefined && { cache: values.cache }),
    dataset: dataset!,
    backbone,
    size: { width: size, height: size },
  })
const { samples } = await openSamples(await request(256), talkingTask)
const units = groupUnits(samples, 'part')
const halves = new Map(
  [...groupBy(units, ({ strata }) => strata.join(' '))].flatMap(([stratum, members]) =>
    createRandom(0, 'halves', stratum)
      .shuffleInPlace(members.map((unit) => unit.id))
      .map((id, i) => [id, i % 2 === 0 ? 'choose' : 'report'] as const),
  ),
)
const kept = units.filter(({ id }) => values.half === 'all' || halves.get(id) === values.half)
const labels = Uint8Array.from(kept, ({ anomalous }) => Number(anomalous.length > 0))

/** Scores of the kept parts, by rule and by how pictures of a part are joined. */
type Scores = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>

await mkdir(folder, { recursive: true })
const found = new Map<string, Scores>()
const known = stagesOf[backbone]?.length ?? 0
for (const look of looks) {
  if (look !== looks[0] && values.only !== undefined && !values.only.includes(look.name)) continue
  if (look.depths?.some((depth) => depth >= known)) continue
  const name = [dataset, backbone, values.half, look.name].join(' ').replaceAll(/[^\w.-]+/g, '_')
  const path = join(folder, `${name}.json`)
  if (!existsSync(path)) await writeFileAtomic(path, JSON.stringify(await judge(look)))
  found.set(look.name, JSON.parse(readFileSync(path, 'utf8')) as Scores)
  console.error(look.name)
}
console.log(table())

async function judge(look: Look): Promise<Scores> {
  const { vision } = await openRunVision(await request(look.size ?? 256), quietTask)
  const own = vision.backbone.patchDefaults
  const all = stagesOf[backbone]
  const stages = look.depths === undefined || all === undefined ? own.stages : look.depths.map((i) => all[i]!)
  // What looks have in common is looked at once: all deep stages are asked for together.
  const together = all?.filter((stage, depth) => depth >= 2 || stages.includes(stage)) ?? stages
  const settings = { ...own, ...look.embedding }
  const patchesOf = async (asked: readonly Sample[], change: Look['picture']): Promise<PatchGrid[]> => {
    const grids: PatchGrid[] = []
    const seen = change === undefined ? vision : perturbVision(vision, change)
    for await (const outcome of seen.features(asked, together, quietTask)) {
      if (!outcome.ok) throw new Error(`${outcome.path}: ${outcome.error}`)
      const maps = outcome.value.maps.filter(({ stage }) => stages.includes(stage))
      const grid = embedPatches({ ...outcome.value, maps }, settings)
      grids.push(look.isCentred ? { ...grid, data: lessTheMean(grid) } : grid)
    }
    return grids
  }
  const members = kept.flatMap(({ id, nominal, anomalous }) =>
    [...nominal, ...anomalous].map((sample) => ({ part: id, sample, isTeacher: anomalous.length === 0 })),
  )
  const plain = await patchesOf(
    members.map(({ sample }) => sample),
    look.picture,
  )
  const teachers = members.filter(({ isTeacher }) => isTeacher).map(({ sample }) => sample)
  const copies: PatchGrid[][] = []
  for (const change of look.copies ?? []) copies.push(await patchesOf(teachers, change))
  await vision.close()

  let taught = 0
  const pictures = members.map(({ part, isTeacher }, i): SeenPicture => {
    const patches = plain[i]!
    const nth = isTeacher ? taught++ : -1
    return { part, patches, taught: isTeacher ? [patches, ...copies.map((copy) => copy[nth]!)] : [] }
  })
  const options = {
    perPicture: look.perPicture ?? 8,
    rows: look.rows ?? 'as they are',
    isScaled: look.isScaled ?? false,
  } as const
  const asked = Object.entries(rules).filter(([rule]) => look === looks[0] || rule === ownRule)
  const scores = new Map<string, number[]>(asked.map(([rule]) => [rule, []]))
  for await (const distances of judgeLeftOut(pictures, options, createRandom(0, 'bank'), benchMachine)) {
    for (const [rule, score] of asked) scores.get(rule)!.push(score(distances))
  }
  const byPart = [...groupBy(members.keys(), (i) => members[i]!.part).values()]
  return Object.fromEntries(
    [...scores].map(([rule, own]) => [
      rule,
      Object.fromEntries(
        partScores.map((join) => [
          join,
          byPart.map((pictures) =>
            partScore(
              parsePartScore(join),
              pictures.map((i) => own[i]!),
            ),
          ),
        ]),
      ),
    ]),
  )
}

function lessTheMean({ data, dims }: PatchGrid): Float32Array {
  const means = new Float64Array(dims)
  for (let i = 0; i < data.length; i++) means[i % dims]! += (data[i]! * dims) / data.length
  return data.map((value, i) => value - means[i % dims]!)
}

function table(): string {
  const base = found.get(looks[0]!.name)![ownRule]!.max!
  const rows = [['look', 'rule', 'of a part', 'AUROC per part', 'less as it is']]
  const add = (look: string, rule: string, join: string): void => {
    const own = found.get(look)![rule]![join]!
    rows.push([
      ...[look, rule, join],
      auroc(Float64Array.from(own), labels)!.toFixed(3),
      own === base ? '–' : differenceOf(own, base),
    ])
  }
  for (const look of found.keys()) for (const join of ['max', 'mean']) add(look, ownRule, join)
  for (const rule of Object.keys(rules)) if (rule !== ownRule) add(looks[0]!.name, rule, 'max')
  for (const join of partScores.slice(1, -1)) add(looks[0]!.name, ownRule, join)
  const bad = labels.reduce((sum, label) => sum + label, 0)
  return `${machine()}; ${dataset}, ${backbone}, half ${values.half}: ${bad} defective and ${labels.length - bad} good parts\n\n${markdownTable(rows)}`
}

/** With its 95 % interval. */
function differenceOf(a: readonly number[], b: readonly number[]): string {
  const { difference, variance } = delongPaired(Float64Array.from(a), Float64Array.from(b), labels)
  const half = normalQuantile(0.975) * Math.sqrt(Math.max(0, variance))
  return `${difference.toFixed(3)} (${(difference - half).toFixed(3)} to ${(difference + half).toFixed(3)})`
}
