/**
 * A model in float32, float16 and int8: size, processor time of a picture, and scores of the same photographs.
 *
 *     PLUMBLINE_WEIGHTS=FOLDER npx tsx bench/precision.bench.ts GOOD BAD [backbone ...]
 *
 * GOOD and BAD are folders of photographs; the first 20 good ones are learnt, 8 others of each are judged.
 */
import { readdirSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createVision } from '../src/backbone/create-vision.ts'
import { networkOf } from '../src/backbone/network.ts'
import { resolveBackbone } from '../src/backbone/resolve-weights.ts'
import { patchcoreOptions } from '../src/detector/patchcore/options.ts'
import { patchcore } from '../src/detector/patchcore/patchcore.ts'
import { loweringOf, type ModelParts, modelGraph } from '../src/export/model-graph.ts'
import { asFloat32, openSession, tensor } from '../src/graph/index.ts'
import { decodeImage } from '../src/image/decode-image.ts'
import { createRandom } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'
import { machine, markdownTable } from './machine.ts'

const [good, bad, ...backbones] = process.argv.slice(2)
if (good === undefined || bad === undefined) throw new Error('name folders of good and of bad photographs')
const size = { width: 256, height: 256 }
const here = { device: 'cpu', threads: cpus().length } as const
const filesOf = (folder: string) =>
  readdirSync(folder)
    .filter((name) => /\.(png|jpe?g)$/i.test(name))
    .sort()
    .map((name) => join(folder, name))
const [goodFiles, badFiles] = [filesOf(good), filesOf(bad)]
const judged = await Promise.all(
  [...goodFiles.slice(20, 28), ...badFiles.slice(0, 8)].map((path) => decodeImage(path)),
)
const seen = await Promise.all(goodFiles.slice(0, 16).map((path) => decodeImage(path)))
const rows = [['backbone', 'precision', 'MB', 'ms', 'good: score to that of float32', 'bad']]

for (const id of backbones.length > 0 ? backbones : ['mobilenet_v2', 'plumb-s', 'filterbank']) {
  const weightsFolders = [process.env.PLUMBLINE_WEIGHTS ?? '../shared/weights']
  const backbone = await resolveBackbone({ backbone: id, weightsFolders }, quietTask)
  const vision = createVision({ size, fit: 'pad', backbone, cacheFolder: null, batch: 1, ...here })
  const samples = goodFiles.slice(0, 20).map((path) => ({ path }))
  const detector = await patchcore.fit(
    { samples, vision, random: createRandom(1), task: quietTask, ...here },
    patchcoreOptions.parse({ bankSize: 2000 }),
  )
  const score = detector.graph!
  const parts: ModelParts = {
    network: networkOf({ ...backbone, stages: score.stages }),
    score,
    size,
    fit: 'pad',
  }
  let full: readonly number[] = []
  for (const precision of ['float32', 'float16', 'int8'] as const) {
    const lowering = await loweringOf(precision, parts, seen, here)
    const fed = { input: { kind: 'camera' }, batch: 1, channels: 3, isDiagnostic: false, lowering } as const
    const file = (await modelGraph(parts, fed)).build({ operatorSet: 18 })
    const session = await openSession(file, here)
    const scores: number[] = []
    const taken: number[] = []
    for (const { width, height, data } of judged) {
      const started = process.cpuUsage()
      const found = await session.run({ image: tensor(data, [1, height, width, 3]) })
      const { user, system } = process.cpuUsage(started)
      taken.push((user + system) / 1000)
      scores.push(asFloat32(found.score!).data[0]!)
    }
    await session.close()
    if (precision === 'float32') full = scores
    const ratios = scores.map((value, i) => value / full[i]!)
    const range = (from: number, end: number) => {
      const own = ratios.slice(from, end)
      return `${Math.min(...own).toFixed(4)}..${Math.max(...own).toFixed(4)}`
    }
    const median = taken.toSorted((a, b) => a - b)[taken.length >> 1]!
    rows.push([
      id,
      precision,
      (file.bytes.length / 1e6).toFixed(1),
      median.toFixed(1),
      range(0, 8),
      range(8, 16),
    ])
  }
  await detector.close()
  await vision.close()
}
console.log(
  `${machine()}; PatchCore, 2000 patches, 256x256, any size of picture; processor time of all threads, median.\n`,
)
console.log(markdownTable(rows))
