/**
 * CS-Flow's flow at its reference size (304 channels, maps of 24x24, 12x12 and 6x6, 275 million parameters): the forward pass
 * of one image as a fitted detector runs it, and the peak of memory. The training step is `training-step.bench.ts csflow`.
 *
 *     npx tsx bench/csflow.bench.ts [runs] [threads]
 */
import { cpus } from 'node:os'
import { scales } from '../src/detector/csflow/flow-shape.ts'
import { initialParameters } from '../src/detector/csflow/initial-parameters.ts'
import { openFlow } from '../src/detector/csflow/run-flow.ts'
import { createRandom } from '../src/math/random.ts'
import { forwardGflop, referenceShape } from './csflow-workload.ts'

const [runs = '8', threadsText] = process.argv.slice(2)
const threads = Number(threadsText ?? cpus().length)
const random = createRandom(0)

/** In a function, so that the initial tensors are let go once the runtime has them. */
async function open() {
  const parameters = initialParameters(referenceShape, random)
  for (const [name, { data }] of Object.entries(parameters)) {
    if (name.includes('gamma')) (data as Float32Array).fill(0.5)
  }
  const source = { magnify: 1, scaling: 'smooth', stages: ['features.6'], unitLength: false } as const
  const settings = { ...source, shape: referenceShape, peakShare: 1, sigma: 0 }
  return openFlow({ settings, parameters, layers: null }, 1, { threads })
}

const opening = performance.now()
const flow = await open()
const openedSeconds = (performance.now() - opening) / 1000
const maps = scales.map((scale) => {
  const [rows, cols] = referenceShape.extents[scale]
  return Float32Array.from({ length: referenceShape.channels * rows * cols }, () => 0.5 * random.normal())
})
const seconds: number[] = []
for (let run = 0; run <= Number(runs); run++) {
  const start = performance.now()
  await flow.run([maps])
  if (run > 0) seconds.push((performance.now() - start) / 1000)
}
await flow.close()
const sorted = seconds.toSorted((a, b) => a - b)
const median = sorted[sorted.length >> 1]!
const [done, nominal] = [false, true].map((isReference) => forwardGflop(referenceShape, 1, isReference))
console.log(
  `forward pass of one image, ${threads} threads, ${cpus()[0]!.model.trim()}, Node ${process.version}: ` +
    `opened in ${openedSeconds.toFixed(1)} s; ${median.toFixed(3)} s (${sorted[0]!.toFixed(3)} to ${sorted.at(-1)!.toFixed(3)}); ` +
    `${done!.toFixed(0)} GFLOP done, ${nominal!.toFixed(0)} as usually written, ${(done! / median).toFixed(0)} GFLOP/s; ` +
    `peak ${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB`,
)
