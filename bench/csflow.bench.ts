/**
 * CS-Flow at its reference size (304 channels, maps of 24x24, 12x12 and 6x6, 275 million parameters): from features to the score
 * of one image as a fitted detector gives it, and the peak of memory. The training step is `training-step.bench.ts csflow`.
 *
 *     npx tsx bench/csflow.bench.ts [runs] [threads]
 */
import { cpus } from 'node:os'
import type { ImageFeatures } from '../src/backbone/backbone.ts'
import type { Vision } from '../src/backbone/vision.ts'
import { scales } from '../src/detector/csflow/flow-shape.ts'
import { initialParameters } from '../src/detector/csflow/initial-parameters.ts'
import { csflowGraph } from '../src/detector/csflow/score-graph.ts'
import { openScorer } from '../src/detector/score-graph/open-scorer.ts'
import { fitFrame } from '../src/image/frame.ts'
import type { Size } from '../src/image/image.ts'
import { createRandom } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'
import { forwardGflop, referenceShape } from './csflow-workload.ts'

const [runs = '8', threadsText] = process.argv.slice(2)
const threads = Number(threadsText ?? cpus().length)
const random = createRandom(0)

const size = { width: 768, height: 768 }

function open() {
  const parameters = initialParameters(referenceShape, random)
  for (const [name, { data }] of Object.entries(parameters)) {
    if (name.includes('gamma')) (data as Float32Array).fill(0.5)
  }
  const source = { magnify: 1, scaling: 'smooth', stages: ['features.6'], unitLength: false } as const
  const settings = { ...source, shape: referenceShape, peakShare: 1, sigma: 0 }
  return openScorer(csflowGraph({ settings, parameters, layers: null }), { threads })
}

const seen = scales.map((scale): ImageFeatures => {
  const [rows, cols] = referenceShape.extents[scale]
  const own = { width: size.width / 2 ** scale, height: size.height / 2 ** scale }
  const { channels } = referenceShape
  const data = Float32Array.from({ length: channels * rows * cols }, () => 0.5 * random.normal())
  return { maps: [{ stage: 'features.6', channels, rows, cols, data }], frame: fitFrame(own, own, 'pad') }
})
/** Gives each size its features. */
const visionOf = (own: Size): Vision =>
  ({
    size: own,
    fit: 'pad',
    async *features() {
      const value = seen.find(({ frame }) => frame.size.width === own.width)
      yield { ok: true, path: 'image', value } as const
    },
    scaled: (factor: number) => visionOf({ width: own.width * factor, height: own.height * factor }),
  }) as unknown as Vision

const opening = performance.now()
const scorer = open()
const score = async (): Promise<void> => {
  for await (const outcome of scorer.score([{ path: 'image' }], visionOf(size), quietTask)) {
    if (!outcome.ok) throw new Error(outcome.error)
  }
}
await score()
const openedSeconds = (performance.now() - opening) / 1000
const seconds: number[] = []
for (let run = 0; run < Number(runs); run++) {
  const start = performance.now()
  await score()
  seconds.push((performance.now() - start) / 1000)
}
await scorer.close()
const sorted = seconds.toSorted((a, b) => a - b)
const median = sorted[sorted.length >> 1]!
const [done, nominal] = [false, true].map((isReference) => forwardGflop(referenceShape, 1, isReference))
console.log(
  `forward pass of one image, ${threads} threads, ${cpus()[0]!.model.trim()}, Node ${process.version}: ` +
    `opened, with its first image, in ${openedSeconds.toFixed(1)} s; ${median.toFixed(3)} s (${sorted[0]!.toFixed(3)} to ${sorted.at(-1)!.toFixed(3)}); ` +
    `${done!.toFixed(0)} GFLOP done, ${nominal!.toFixed(0)} as usually written, ${(done! / median).toFixed(0)} GFLOP/s; ` +
    `peak ${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB`,
)
