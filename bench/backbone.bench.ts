/**
 * Networks alone, on noise: milliseconds an image by batch size, and the peak memory.
 *
 *     npx tsx bench/backbone.bench.ts [backbone] [stages] [size] [threads] [runs] [weights folder]
 *
 * One batch size per process, so that the peaks do not mix: set BATCH (default 2).
 */
import { cpus } from 'node:os'
import { architecture } from '../src/backbone/architectures.ts'
import { openBackbone } from '../src/backbone/open-backbone.ts'
import { resolveBackbone } from '../src/backbone/resolve-weights.ts'
import { weightsFolder } from '../src/backbone/weights-folder.ts'
import { createRandom } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'

const [
  id = 'filterbank',
  stageText,
  sizeText = '256',
  threadsText,
  runsText = '10',
  folder = weightsFolder(null),
] = process.argv.slice(2)
const stages = stageText?.split(',') ?? architecture(id).patchDefaults.stages
const threads = Number(threadsText ?? cpus().length)
const batch = Number(process.env.BATCH ?? 2)
const size = { width: Number(sizeText), height: Number(sizeText) }

const random = createRandom(0)
const whole = { x: 0, y: 0, ...size }
const images = Array.from({ length: batch }, () => ({
  ...size,
  data: Uint8Array.from({ length: size.width * size.height * 3 }, () => random.integer(256)),
  frame: { source: size, size, visible: whole, content: whole },
}))

const resolved = await resolveBackbone({ backbone: id, weightsFolders: [folder] }, quietTask)
const opening = performance.now()
const backbone = await openBackbone({ ...resolved, stages, size, threads, batch })
const openedMs = performance.now() - opening
let sum = (await backbone.extract(images))[0]!.maps[0]!.data[0]!
const times: number[] = []
for (let run = 0; run < Number(runsText); run++) {
  const start = performance.now()
  const features = await backbone.extract(images)
  times.push((performance.now() - start) / batch)
  sum += features[0]!.maps[0]!.data[0]!
}
await backbone.close()
times.sort((a, b) => a - b)
const median = times[times.length >> 1]!
console.log(
  `${id} ${stages.join('+')} at ${sizeText} px, batch ${batch}, ${threads} threads, ${cpus()[0]!.model}, Node ${process.version}: ` +
    `opened in ${openedMs.toFixed(0)} ms; ${median.toFixed(2)} ms an image (${times[0]!.toFixed(2)} to ${times.at(-1)!.toFixed(2)}), ` +
    `${(1000 / median).toFixed(0)} images/s; peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB (checksum ${sum.toFixed(3)})`,
)
