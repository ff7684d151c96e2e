/**
 * The coreset against the plain algorithm, on the same points in the same run, and the share of picks they agree on. With `alone` the
 * plain algorithm, which takes minutes for a bank of 8,192, is left out.
 *
 *   npx tsx bench/coreset.bench.ts [POINTS=32768] [CENTRES=2048] [DIMS=64] [alone]
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

async function seconds<T>(work: () => T | Promise<T>): Promise<[result: T, time: number, processor: number]> {
  const started = performance.now()
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return [result, (performance.now() - started) / 1000, (user + system) / 1e6]
}

const times: number[] = []
const processor: number[] = []
let chosen = new Int32Array()
for (let run = 0; run < 3; run++) {
  const [found, time, own] = await seconds(() => coresetGreedy(points, dims, size, 0, machine, quietTask))
  chosen = new Int32Array(found)
  times.push(time)
  processor.push(own)
}
const range = (values: number[]): string => {
  const [least, middle, most] = values.sort((a, b) => a - b).map((value) => value.toFixed(2))
  return `${middle} s (${least}..${most})`
}
console.log(`${cpus()[0]!.model.trim()}, ${cpus().length} threads, Node ${process.version}`)
console.log(`${count} points of ${dims} dimensions, ${size} chosen`)
console.log(`shortlists ${range(times)}, processor time ${range(processor)}`)
if (process.argv[5] !== 'alone') {
  const [expected, plainTime] = await seconds(plain)
  const agreed = chosen.filter((point, i) => point === expected[i]).length
  console.log(`${agreed} as the plain algorithm`)
  console.log(`plain ${plainTime.toFixed(2)} s, ratio ${(plainTime / times[1]!).toFixed(1)}`)
}
