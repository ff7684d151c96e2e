/**
 * The coreset against the plain algorithm, on the same points in the same run, and the share of picks they agree on.
 *
 *   npx tsx bench/coreset.bench.ts [POINTS=32768] [CENTRES=2048] [DIMS=64]
 */
import { cpus } from 'node:os'
import { coresetGreedy } from '../src/detector/patchcore/coreset.ts'
import { squaredDistance } from '../src/detector/patches/squared-distance.ts'
import { createRandom } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'

const [count = 32_768, size = 2048, dims = 64] = process.argv.slice(2).map(Number)
const machine = { device: 'cpu', threads: cpus().length }

/** A mixture of clusters on a curved sheet: features are neither uniform nor of full dimension. */
const random = createRandom(0, 'bench')
const mix = Float32Array.from({ length: 12 * dims }, () => random.normal())
const points = new Float32Array(count * dims)
for (let i = 0; i < count; i++) {
  const latent = Float32Array.from({ length: 12 }, () => random.normal() + 2 * random.integer(3))
  for (let d = 0; d < dims; d++) {
    let sum = 0.1 * random.normal()
    for (let l = 0; l < 12; l++) sum += Math.tanh(latent[l]! * mix[l * dims + d]!)
    points[i * dims + d] = sum
  }
}

function plain(): Int32Array {
  const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  const chosen = new Int32Array(size)
  for (let step = 0; step < size; step++) {
    let farthest = 0
    for (let i = 0; i < count; i++) if (nearest[i]! > nearest[farthest]!) farthest = i
    chosen[step] = step === 0 ? 0 : farthest
    for (let i = 0; i < count; i++)
      nearest[i] = Math.min(nearest[i]!, squaredDistance(points, i, points, chosen[step]!, dims))
  }
  return chosen
}

async function seconds<T>(work: () => T | Promise<T>): Promise<[T, number]> {
  const started = performance.now()
  const result = await work()
  return [result, (performance.now() - started) / 1000]
}

const times: number[] = []
let chosen = new Int32Array()
for (let run = 0; run < 3; run++) {
  const [found, time] = await seconds(() => coresetGreedy(points, dims, size, 0, machine, quietTask))
  chosen = new Int32Array(found)
  times.push(time)
}
const [expected, plainTime] = await seconds(plain)
const agreed = chosen.filter((point, i) => point === expected[i]).length
times.sort((a, b) => a - b)
console.log(`${cpus()[0]!.model.trim()}, ${cpus().length} threads, Node ${process.version}`)
console.log(`${count} points of ${dims} dimensions, ${size} chosen, ${agreed} as the plain algorithm`)
console.log(
  `shortlists ${times[1]!.toFixed(2)} s (${times[0]!.toFixed(2)}..${times[2]!.toFixed(2)}), plain ${plainTime.toFixed(2)} s, ratio ${(plainTime / times[1]!).toFixed(1)}`,
)
