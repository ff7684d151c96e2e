/**
 * A training step of graphs of the detectors' sizes, with random weights: time, arithmetic, and how near it comes to the
 * speed of plain products of matrices measured in the same run; then where the time goes, and the peak of memory.
 *
 *     npx tsx bench/training-step.bench.ts csflow|glass [steps] [threads] [fused|inside]
 */
import { cpus } from 'node:os'
import { elementCount, openTrainingStep, tensor } from '../src/graph/index.ts'
import { createRandom } from '../src/math/random.ts'
import { csflowWorkload } from './csflow-workload.ts'
import { gemmSpeed, noise } from './gemm-speed.ts'
import { glassWorkload } from './glass-workload.ts'

const [kind = 'csflow', steps = '4', threadsText, update] = process.argv.slice(2)
const threads = Number(threadsText ?? cpus().length)
const random = createRandom(0)

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

const workload = kind === 'csflow' ? csflowWorkload() : glassWorkload()
const { plan, gflop, nominalGflop, spread } = workload
const count = Object.values(plan.parameters).reduce((sum, { shape }) => sum + elementCount(shape), 0)
const before = await gemmSpeed(threads)
const opening = performance.now()
/** In a function, so that the initial tensors are let go once they are copied. */
async function open() {
  const parameters = Object.fromEntries(
    Object.entries(plan.parameters).map(([name, { shape }]) => {
      const length = elementCount(shape)
      const fanIn = length / Math.max(1, shape[0]!)
      return [name, tensor(noise(random, length, Math.sqrt(1 / fanIn)), shape)]
    }),
  )
  const buffers = Object.fromEntries(
    Object.entries(plan.buffers ?? {}).map(([name, { shape }]) => [
      name,
      tensor(new Float32Array(elementCount(shape)).fill(1), shape),
    ]),
  )
  const options = { threads, ...(update === undefined ? {} : { update: update as 'fused' | 'inside' }) }
  return openTrainingStep(plan, { parameters, buffers }, options)
}
const step = await open()
const openedMs = performance.now() - opening
const feeds = Object.fromEntries(
  plan.inputs.map(({ name, shape }) => [
    name,
    tensor(noise(random, elementCount(shape), spread[name]!), shape),
  ]),
)
const times: number[] = []
const busy: number[] = []
let loss = 0
for (let run = 0; run < Number(steps) + 1; run++) {
  const [start, used] = [performance.now(), process.cpuUsage()]
  loss = (await step.run(feeds)).loss
  const { user, system } = process.cpuUsage(used)
  if (run === 0) continue // the first one also asks the system for memory
  times.push(performance.now() - start)
  busy.push((user + system) / 1000 / threads)
}
await step.close()
const after = await gemmSpeed(threads)
const ms = median(times)
const speed = gflop / (ms / 1000)
const gemmBest = Math.max(before, after)
console.log(
  `${kind}, ${(count / 1e6).toFixed(1)} M parameters, ${threads} threads, ${cpus()[0]!.model.trim()}, Node ${process.version}: ` +
    `opened in ${(openedMs / 1000).toFixed(1)} s; ${(ms / 1000).toFixed(2)} s a step (${(Math.min(...times) / 1000).toFixed(2)} to ${(Math.max(...times) / 1000).toFixed(2)}), processors busy for ${(median(busy) / 1000).toFixed(2)} s; ` +
    `${gflop.toFixed(0)} GFLOP done, ${nominalGflop.toFixed(0)} as usually written, ${speed.toFixed(0)} GFLOP/s of ${gemmBest.toFixed(0)} in plain products ` +
    `(${before.toFixed(0)} before, ${after.toFixed(0)} after); peak ${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB; loss ${loss.toFixed(4)}`,
)
