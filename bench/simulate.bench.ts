/**
 * Pictures per second of the forge: each object rendered on one thread; the link with files, by number of workers; and a
 * series of small datasets, healthy and sick, with what they have in common rendered once. `npx tsx bench/simulate.bench.ts`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { planDataset } from '../src/simulate/plan-dataset.ts'
import { renderPicture } from '../src/simulate/render-picture.ts'
import { objectNames } from '../src/simulate/render-spec.ts'
import { simulateDataset } from '../src/simulate/simulate-dataset.ts'
import { simulateDefaults } from '../src/simulate/simulate-options.ts'
import { seriesDefaults, simulateSeries, smallDataset } from '../src/simulate/simulate-series.ts'
import { quietTask } from '../src/task.ts'

const rounds = 3
const parts = 20
const defectiveParts = 10

async function main(): Promise<void> {
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}`
  console.log(`${machine}, node ${process.version}`)
  renderOnOneThread()
  await writeWithWorkers()
  await writeSeries()
}

function renderOnOneThread(): void {
  for (const object of objectNames) {
    const plan = planDataset({ ...simulateDefaults, out: '', object, parts, defectiveParts }).slice(0, 40)
    for (const { spec } of plan.slice(0, 10)) renderPicture(spec)
    const clock = startClock()
    let lit = 0
    for (const { spec } of plan) lit += renderPicture(spec).image.data[0]!
    console.log(`${object}, 200x267, warm, one thread: ${spread([clock(plan.length)])} (${lit})`)
  }
}

async function writeWithWorkers(): Promise<void> {
  for (const workers of new Set([0, 1, simulateDefaults.workers])) {
    const costs: Cost[] = []
    for (let round = 0; round < rounds; round++) {
      const out = await mkdtemp(join(tmpdir(), 'plumbline-bench-'))
      const clock = startClock()
      const { images } = await simulateDataset(
        { ...simulateDefaults, out, parts, defectiveParts, workers, seed: round },
        quietTask,
      )
      costs.push(clock(images.nominal + images.anomalous))
      await rm(out, { recursive: true })
    }
    console.log(`link, 200x267, written by ${workers} workers, start included: ${spread(costs)}`)
  }
}

/** Per object a healthy dataset, then sick ones that share its renderings. */
async function writeSeries(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-bench-'))
  const variants = [{}, { background: 1 }, { blur: 1 }, { 'file-type': 1 }, { 'free-pose': 1 }]
  const datasets = objectNames.flatMap((object) =>
    variants.map((pathologies, i) =>
      smallDataset(join(folder, `${object}-${i}`), { seed: 0, object, pathologies }),
    ),
  )
  const costs = new Map<string, Cost[]>()
  let clock = startClock()
  for await (const { options, summary } of simulateSeries(datasets, quietTask, seriesDefaults)) {
    const { nominal, anomalous } = summary.images
    const name = Object.keys(options.pathologies)[0] ?? 'healthy'
    costs.set(name, [...(costs.get(name) ?? []), clock(nominal + anomalous)])
    await rm(options.out, { recursive: true })
    clock = startClock()
  }
  await rm(folder, { recursive: true })
  for (const [name, each] of costs) {
    console.log(`series of 96x128, ${objectNames.join(' ')}, ${name}: ${spread(each)}`)
  }
}

interface Cost {
  readonly perSecond: number
  /** Milliseconds of processor, of all threads: other work on the machine hardly counts. */
  readonly processor: number
}

function startClock(): (pictures: number) => Cost {
  const start = performance.now()
  const used = process.cpuUsage()
  return (pictures) => ({
    perSecond: (1000 * pictures) / (performance.now() - start),
    processor: milliseconds(process.cpuUsage(used)) / pictures,
  })
}

const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000

/** Median and range. */
function spread(costs: readonly Cost[]): string {
  const of = (key: keyof Cost): string => {
    const sorted = costs.map((cost) => cost[key]).sort((a, b) => a - b)
    return `${sorted[sorted.length >> 1]!.toFixed(1)} (${sorted[0]!.toFixed(1)}..${sorted.at(-1)!.toFixed(1)})`
  }
  return `${of('perSecond')} pictures/s, ${of('processor')} ms of processor a picture`
}

await main()
