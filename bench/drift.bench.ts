/**
 * Does the watch of the line keep its false-alarm rate, and how many parts pass before it notices? On forged parts, 2 % of them
 * defective, one image each: measures of rendered pictures, and in place of a model's score how far a picture is from the mean of good
 * ones. Pictures are rendered once and each kind of drift is worked into them once; streams draw from them with replacement.
 *
 * `npx tsx bench/drift.bench.ts` (`--quick` for a tenth)
 */
import { parseArgs } from 'node:util'
import { measureImage } from '../src/drift/measure-image.ts'
import { startDriftWatch } from '../src/drift/stream/drift-watch.ts'
import { type Observation, observationOf } from '../src/drift/stream/statistics.ts'
import { blurImage } from '../src/image/blur-image.ts'
import type { Image } from '../src/image/image.ts'
import { binomialCdf } from '../src/math/distributions.ts'
import { createRandom, type Random } from '../src/math/random.ts'
import { planDataset } from '../src/simulate/plan-dataset.ts'
import { renderPicture } from '../src/simulate/render-picture.ts'
import type { ObjectName } from '../src/simulate/render-spec.ts'
import { simulateDefaults } from '../src/simulate/simulate-options.ts'
import { machine, markdownTable, spread } from './machine.ts'

const { values } = parseArgs({ options: { quick: { type: 'boolean' } } })
const [healthyStreams, healthyParts] = values.quick ? [20, 500] : [200, 1000]
const [streams, before, longest] = values.quick ? [5, 300, 600] : [20, 300, 1000]
const alpha = 0.05
const defective = 0.02
const at = new Date(0)

interface Pools {
  readonly good: readonly Observation[]
  readonly bad: readonly Observation[]
}

interface Pictures {
  readonly good: readonly Image[]
  readonly bad: readonly Image[]
}

const render = (object: ObjectName, parts: number, defectiveParts: number): Pictures => {
  const plan = planDataset({
    ...simulateDefaults,
    out: '',
    object,
    parts,
    defectiveParts,
    imagesPerPart: 1,
    angles: [0, 0],
    lots: 1,
  })
  const shown = (isBad: boolean) =>
    plan.filter(({ severity }) => (severity !== null) === isBad).map(({ spec }) => renderPicture(spec).image)
  return { good: shown(false), bad: shown(true) }
}

/** Mean grey of good pictures, and how far from it a picture is where it is furthest: the 0.995 quantile of the differences. */
function scorer(good: readonly Image[]): (image: Image) => number {
  const mean = new Float64Array(good[0]!.data.length)
  for (const { data } of good) for (let i = 0; i < data.length; i++) mean[i]! += data[i]! / good.length
  return ({ data }) => {
    const counts = new Uint32Array(256)
    for (let i = 0; i < data.length; i += 3)
      counts[Math.min(255, Math.round(Math.abs(data[i]! - mean[i]!)))]!++
    let above = 0
    for (let level = 255; level >= 0; level--) {
      above += counts[level]!
      if (above > (0.005 * data.length) / 3) return level
    }
    return 0
  }
}

const mapPixels = (image: Image, of: (value: number, channel: number) => number): Image => ({
  ...image,
  data: Uint8Array.from(image.data, (value, i) => Math.min(255, Math.max(0, Math.round(of(value, i % 3))))),
})

/** What leaves the picture on one side comes back on the other. */
function shift({ width, height, data }: Image, share: number): Image {
  const by = Math.round(share * width)
  const moved = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + ((x - by + width) % width))
      moved.set(data.subarray(from, from + 3), 3 * (y * width + x))
    }
  }
  return { width, height, data: moved }
}

const drifts: readonly (readonly [kind: string, size: string, of: (image: Image) => Image])[] = [
  ['light', '3 % darker', (image) => mapPixels(image, (value) => 0.97 * value)],
  ['light', '10 % darker', (image) => mapPixels(image, (value) => 0.9 * value)],
  ['light', '30 % darker', (image) => mapPixels(image, (value) => 0.7 * value)],
  ['light', 'warmer by 4 grey levels', (image) => mapPixels(image, (value, c) => value + [4, 0, -4][c]!)],
  ['focus', 'blur 0.5 px', (image) => blurImage(image, 0.5)],
  ['focus', 'blur 1 px', (image) => blurImage(image, 1)],
  ['focus', 'blur 2 px', (image) => blurImage(image, 2)],
  ['position', '1 % to the right', (image) => shift(image, 0.01)],
  ['position', '3 % to the right', (image) => shift(image, 0.03)],
  ['position', '10 % to the right', (image) => shift(image, 0.1)],
]

async function main(): Promise<void> {
  console.log(machine())
  const [pictures, other] = [render('link', 150, 30), render('ring', 40, 1)]
  const score = scorer(pictures.good.slice(0, 100))
  const observe = (image: Image): Observation => observationOf(score(image), measureImage(image))
  const pools = (of: (image: Image) => Image, from: Pictures = pictures): Pools => ({
    good: from.good.map((image) => observe(of(image))),
    bad: (from.bad.length > 0 ? from.bad : from.good).map((image) => observe(of(image))),
  })
  const healthy = pools((image) => image)
  falseAlarms(healthy)
  const rows = [
    ['what changes', 'by', 'noticed', 'parts until then: median (least..most)', 'first alarm says'],
  ]
  for (const [kind, size, of] of drifts) rows.push([kind, size, ...delays(healthy, pools(of))])
  rows.push([
    'product',
    'rings among links, 1 in 5',
    ...delays(
      healthy,
      mixed(
        healthy,
        pools((i) => i, other),
        0.2,
      ),
    ),
  ])
  rows.push([
    'product',
    'rings in place of links',
    ...delays(
      healthy,
      pools((i) => i, other),
    ),
  ])
  rows.push([
    'defects',
    '10 % in place of 2 %',
    ...delays(healthy, mixed(healthy, { good: healthy.bad, bad: healthy.bad }, 0.08)),
  ])
  console.log(markdownTable(rows))
}

/** Good ones of the first, and of the second so many. */
const mixed = (first: Pools, second: Pools, share: number): Pools => ({
  good: Array.from({ length: 1000 }, (_, i) => {
    const from = i < share * 1000 ? second.good : first.good
    return from[i % from.length]!
  }),
  bad: first.bad,
})

const draw = ({ good, bad }: Pools, random: Random): Observation => {
  const from = random.uniform() < defective ? bad : good
  return from[random.integer(from.length)]!
}

function falseAlarms(healthy: Pools): void {
  let alarmed = 0
  const began = performance.now()
  for (let s = 0; s < healthyStreams; s++) {
    const [watch, random] = [startDriftWatch({ model: 'm', alpha, seed: s }), createRandom(s, 'healthy')]
    for (let i = 0; i < 200 + healthyParts; i++) watch.observe(at, draw(healthy, random))
    if (watch.status().alarms.length > 0) alarmed++
  }
  const each = (1000 * (performance.now() - began)) / (healthyStreams * (200 + healthyParts))
  const chance = 1 - binomialCdf(alarmed - 1, healthyStreams, alpha)
  console.log(
    `${alarmed} of ${healthyStreams} healthy streams of ${healthyParts} parts raised an alarm, alpha ${alpha}: as many or more with chance ${chance.toFixed(2)} if the rate is alpha; ${each.toFixed(0)} us a part`,
  )
}

function delays(healthy: Pools, changed: Pools): string[] {
  const seen: number[] = []
  const said = new Map<string, number>()
  for (let s = 0; s < streams; s++) {
    const [watch, random] = [startDriftWatch({ model: 'm', alpha, seed: s }), createRandom(s, 'drifting')]
    let isEarly = false
    for (let i = 0; i < 200 + before; i++) isEarly ||= watch.observe(at, draw(healthy, random)).length > 0
    for (let i = 1; i <= longest && !isEarly; i++) {
      const [alarm] = watch.observe(at, draw(changed, random))
      if (alarm === undefined) continue
      seen.push(i)
      said.set(alarm.group, (said.get(alarm.group) ?? 0) + 1)
      break
    }
  }
  const groups = [...said].sort((a, b) => b[1] - a[1]).map(([group, count]) => `${group} ${count}`)
  return [
    `${seen.length} of ${streams}`,
    seen.length === 0 ? `more than ${longest}` : spread(seen, 0),
    groups.join(', '),
  ]
}

await main()
