/** Pictures per second of the forge, encoded and written, by number of workers: `npx tsx bench/simulate.bench.ts`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { planDataset } from '../src/simulate/plan-dataset.ts'
import { renderLink } from '../src/simulate/render-link.ts'
import { simulateDataset } from '../src/simulate/simulate-dataset.ts'
import { simulateDefaults } from '../src/simulate/simulate-options.ts'
import { quietTask } from '../src/task.ts'

const rounds = 3
const parts = 20
const defectiveParts = 10

async function main(): Promise<void> {
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}`
  console.log(`${machine}, node ${process.version}`)

  const plan = planDataset({ ...simulateDefaults, out: '', parts, defectiveParts }).slice(0, 40)
  for (const { spec } of plan.slice(0, 10)) renderLink(spec)
  const started = performance.now()
  let lit = 0
  for (const { spec } of plan) lit += renderLink(spec).image.data[0]!
  const each = (performance.now() - started) / plan.length
  console.log(`renderLink, warm, one thread: ${each.toFixed(1)} ms a picture (${lit})`)

  for (const workers of new Set([0, 1, simulateDefaults.workers])) {
    const rates: number[] = []
    for (let round = 0; round < rounds; round++) {
      const out = await mkdtemp(join(tmpdir(), 'plumbline-bench-'))
      const start = performance.now()
      const { images } = await simulateDataset(
        { ...simulateDefaults, out, parts, defectiveParts, workers, seed: round },
        quietTask,
      )
      rates.push(((images.nominal + images.anomalous) * 1000) / (performance.now() - start))
      await rm(out, { recursive: true })
    }
    rates.sort((a, b) => a - b)
    const [low, median, high] = [rates[0]!, rates[rounds >> 1]!, rates[rounds - 1]!].map((rate) =>
      rate.toFixed(1),
    )
    console.log(
      `workers ${workers}: ${median} pictures/s (${low}..${high} over ${rounds} rounds, start included)`,
    )
  }
}

await main()
