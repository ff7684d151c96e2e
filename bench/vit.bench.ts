/**
 * Forward pass of a ViT-S/14 (weights by formula) against the same network in PyTorch, turn by turn in one run.
 *
 *     npx tsx bench/vit.bench.ts [size] [batch] [threads] [rounds]
 *
 * Needs python3 with torch; says so where it is not there.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { createInterface } from 'node:readline'
import { openBackbone } from '../src/backbone/open-backbone.ts'
import type { WeightTensors } from '../src/backbone/weight-tensors.ts'
import { createRandom } from '../src/math/random.ts'

const [sizeText = '224', batchText = '1', threadsText = '2', roundsText = '11'] = process.argv.slice(2)
const [side, batch, threads] = [Number(sizeText), Number(batchText), Number(threadsText)]

const random = createRandom(0, 'weights')
const weights: WeightTensors = {
  path: 'noise',
  metadata: {},
  names: () => [],
  has: (name) => name !== 'reg_token',
  shape: () => [1, 1370, 384],
  tensor: (_, shape) => {
    const length = shape.reduce((product, extent) => product * extent, 1)
    return { shape, data: Float32Array.from({ length }, () => (random.uniform() - 0.5) / 10) }
  },
}
const size = { width: side, height: side }
const whole = { x: 0, y: 0, ...size }
const image = {
  ...size,
  data: Uint8Array.from({ length: side * side * 3 }, () => random.integer(256)),
  frame: { source: size, size, visible: whole, content: whole },
}
const images = Array.from({ length: batch }, () => image)
const backbone = await openBackbone({
  id: 'dinov2_vits14',
  weights,
  weightsId: 'noise',
  stages: ['norm'],
  size,
  threads,
  batch,
})
await backbone.extract(images)

const peer = spawn('python3', [`${import.meta.dirname}/peers/vit_s14.py`, sizeText, batchText, threadsText], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]()
const ready = await Promise.race([answers.next(), once(peer, 'error').then(() => ({ value: undefined }))])
if (ready.value === undefined) {
  console.error('python3 with torch is not there: nothing to compare with')
  process.exit(1)
}

const own: number[] = []
const theirs: number[] = []
for (let round = 0; round < Number(roundsText); round++) {
  const start = performance.now()
  await backbone.extract(images)
  own.push(performance.now() - start)
  peer.stdin.write('\n')
  theirs.push(Number((await answers.next()).value))
}
peer.stdin.end()
await backbone.close()

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b)
const show = (values: readonly number[]) => {
  const [low, middle, high] = [0, values.length >> 1, values.length - 1].map((i) =>
    sorted(values)[i]!.toFixed(1),
  )
  return `${middle} ms (${low} to ${high})`
}
const ratios = own.map((ms, i) => ms / theirs[i]!)
const [low, middle, high] = [0, ratios.length >> 1, ratios.length - 1].map((i) =>
  sorted(ratios)[i]!.toFixed(2),
)
console.log(
  `ViT-S/14 at ${side} px, batch ${batch}, ${threads} threads, ${cpus()[0]!.model}, Node ${process.version}: ` +
    `${show(own)}; ${String(ready.value).replace('ready ', '')}: ${show(theirs)}; ratio ${middle} (${low} to ${high}), ` +
    `of the fastest runs ${(sorted(own)[0]! / sorted(theirs)[0]!).toFixed(2)}`,
)
