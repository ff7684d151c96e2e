/**
 * `silhouette.map`: does the average map of good parts trace their silhouette?
 *
 * Where a pixel shows the object in some pictures and the background in others, with p the share that show the object, p(1 - p) is
 * large. If parts lie differently and the map of good ones is high just there, the detector takes pose for anomaly.
 *
 * Source: Hönel and Nordqvist, "From Lab to Factory", section 5 (alignment).
 */
import { colourise } from '../../image/colour-map.ts'
import type { Image, ScoreMap } from '../../image/image.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { GuardrailPicture } from '../../wire/guardrail-report.ts'
import type { Answer, Guardrail } from '../contract.ts'
import { insideShare, meanMap } from './background/mass-outside.ts'
import { percent } from './figure-text.ts'
import type { FittedRun, JudgedImage, ObjectMasks } from './fitted-run.ts'
import { pictureRows } from './picture-rows.ts'

const id = 'silhouette.map'

const fewestImages = 10
/** Images that are averaged, at most. */
const mostImages = 100
/** Correlation, over cells, of the mean map with p(1 - p). */
const mostCorrelation = 0.5
/** Mean of 4p(1 - p) over the support, as in `silhouette.variance`: below it the parts lie still and there is nothing to trace. */
const leastVariance = 0.25
/** A cell belongs to the support where at least one image in twenty shows the object. */
const leastOccupied = 0.05

export const silhouetteMap: Guardrail<FittedRun> = {
  id,
  question: 'Does the detector take the way a part lies for a defect?',
  async run(run, task): Promise<Answer> {
    const { objects, judged } = run
    if (typeof objects === 'string') return { kind: 'skipped', reason: objects }
    const nominal = alike(judged.filter(({ sample }) => sample.label === 'nominal')).slice(0, mostImages)
    const seen = await occupancyOf(nominal, objects, task)
    if (seen.images.length < fewestImages)
      return {
        kind: 'skipped',
        reason: `${seen.images.length} good images framed alike show their object; it takes ${fewestImages}`,
      }
    const map = meanMap(seen.images)
    const support = [...seen.occupancy.keys()].filter((i) => seen.occupancy[i]! >= leastOccupied)
    const change = seen.occupancy.map((p) => 4 * p * (1 - p))
    const variance = support.reduce((sum, i) => sum + change[i]!, 0) / Math.max(1, support.length)
    const cells = [...map.keys()].filter((i) => !Number.isNaN(map[i]!))
    const correlation = correlationOf(
      cells.map((i) => map[i]!),
      cells.map((i) => change[i]!),
    )
    const pictures = [await draw(run, seen, map, change, task)]
    const evidence = {
      images: seen.images.length,
      correlation,
      silhouetteVariance: variance,
      masksGiven: objects.areGiven,
    }
    if (!(variance >= leastVariance && correlation >= mostCorrelation)) return { kind: 'passed', pictures }
    const inBand = share(seen.images, change)
    return {
      kind: 'found',
      pictures,
      findings: [
        {
          id,
          severity: 'warning',
          title: `On average the map of good parts traces their silhouette (correlation ${correlation.toFixed(2)}): the detector minds how a part lies. In ${percent(inBand)} of good images the map peaks where objects come and go.`,
          evidence: { ...evidence, peaksWhereObjectsVary: inBand },
          remedy:
            'Bring the parts to the same place and angle, mechanically or with `plumbline prepare` (--center, --rotate-upright), and evaluate again; ' +
            'or train on many more poses.',
        },
      ],
    }
  },
}

interface Occupancy {
  readonly images: readonly JudgedImage[]
  /** Share of the images that show the object, for each cell of their maps; 0..1. */
  readonly occupancy: Float64Array
}

async function occupancyOf(
  images: readonly JudgedImage[],
  objects: ObjectMasks,
  task: Task,
): Promise<Occupancy> {
  const kept: JudgedImage[] = []
  const sums = new Float64Array(images[0]?.map.data.length ?? 0)
  for (const image of images) {
    checkCancelled(task)
    const mask = await objects.find(image)
    if (mask === null) continue
    kept.push(image)
    const { width, height } = image.map
    for (let row = 0; row < height; row++) {
      for (let col = 0; col < width; col++)
        sums[row * width + col]! += insideShare(mask, row, col, image.step)
    }
  }
  return { images: kept, occupancy: sums.map((sum) => sum / Math.max(1, kept.length)) }
}

/** The most common way of lying in the model input. */
function alike(images: readonly JudgedImage[]): readonly JudgedImage[] {
  const groups = new Map<string, JudgedImage[]>()
  for (const image of images) {
    const place = JSON.stringify(image.frame.content)
    groups.set(place, [...(groups.get(place) ?? []), image])
  }
  return [...groups.values()].reduce((most, group) => (group.length > most.length ? group : most), [])
}

/** Share of the images whose map peaks in a cell with at least half of the largest change. */
function share(images: readonly JudgedImage[], change: Float64Array): number {
  const high = images.filter(({ peak, step, map }) => {
    const cell = Math.floor(peak.y / step) * map.width + Math.floor(peak.x / step)
    return change[cell]! >= 0.5
  })
  return high.length / images.length
}

/** Pearson's; 0 where either does not vary. */
export function correlationOf(a: readonly number[], b: readonly number[]): number {
  const n = a.length
  const [meanA, meanB] = [a, b].map((values) => values.reduce((sum, value) => sum + value, 0) / n) as [
    number,
    number,
  ]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0
}

/** The average picture, where objects lie, where that changes, and the mean map, side by side. */
async function draw(
  { held }: FittedRun,
  { images, occupancy }: Occupancy,
  map: Float64Array,
  change: Float64Array,
  task: Task,
): Promise<GuardrailPicture> {
  const { width, height } = images[0]!.map
  const grid = (values: Float64Array): ScoreMap => ({ width, height, data: Float32Array.from(values) })
  const known = [...map].filter((value) => !Number.isNaN(value))
  const tiles = [
    await averageOf(images, held, task),
    colourise(grid(occupancy), { low: 0, high: 1 }),
    colourise(grid(change), { low: 0, high: 1 }),
    colourise(grid(map), { low: Math.min(...known), high: Math.max(...known) }),
  ]
  return pictureRows(
    id,
    'Of good parts, from left to right: the average picture; how often a place shows the object; where that changes, 4p(1 − p); the average map. If the last two look alike, the detector minds how parts lie.',
    [tiles],
    160,
  )
}

async function averageOf(
  images: readonly JudgedImage[],
  held: FittedRun['held'],
  task: Task,
): Promise<Image> {
  let sums = new Float64Array(0)
  let [width, height, count] = [1, 1, 0]
  const samples = images.map(({ sample }) => sample)
  for await (const outcome of held.images(samples, task)) {
    if (!outcome.ok) continue
    const { data } = outcome.value
    if (count === 0) sums = new Float64Array(data.length)
    ;({ width, height } = outcome.value)
    for (let i = 0; i < data.length; i++) sums[i]! += data[i]!
    count++
  }
  return { width, height, data: Uint8Array.from(sums, (sum) => Math.round(sum / Math.max(1, count))) }
}
