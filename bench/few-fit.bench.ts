/**
 * What it takes to fit a detector on ten images: processor time of looking at them, turned copies included, and of the fit.
 *
 *     npx tsx bench/few-fit.bench.ts DATASET [DETECTOR ...]     # anomalydino and subspace; mobilenet_v2 at 256 px, no cache
 */
import { createVision } from '../src/backbone/create-vision.ts'
import { resolveBackbone } from '../src/backbone/resolve-weights.ts'
import { weightsFolder } from '../src/backbone/weights-folder.ts'
import { openDataset } from '../src/dataset/open-dataset.ts'
import { configureMethod } from '../src/detector/methods.ts'
import { createRandom } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'
import { machine, spread } from './machine.ts'
import { benchMachine } from './open-folds.ts'

const [dataset, ...named] = process.argv.slice(2)
if (dataset === undefined) throw new Error('usage: few-fit.bench.ts DATASET [DETECTOR ...]')
const [images, rounds] = [10, 5]
const { samples } = await openDataset(dataset)
const train = samples.filter(({ label }) => label === 'nominal').slice(0, images)
const backbone = await resolveBackbone(
  { backbone: 'mobilenet_v2', weightsFolders: [weightsFolder(null)] },
  quietTask,
)
const size = { width: 256, height: 256 }
console.log(`${machine()}; ${train.length} images of ${dataset}, median and range of ${rounds}`)
for (const detector of named.length > 0 ? named : ['anomalydino', 'subspace']) {
  const { method, options } = await configureMethod(detector, {})
  const seconds: number[] = []
  for (let round = 0; round < rounds; round++) {
    const vision = createVision({ ...benchMachine, size, fit: 'pad', backbone, cacheFolder: null })
    const before = process.cpuUsage()
    const fitted = await method.fit(
      {
        ...{ samples: train, vision, task: quietTask, scratch: null, ...benchMachine },
        random: createRandom(0, 'few fit', round),
      },
      options,
    )
    const { user, system } = process.cpuUsage(before)
    seconds.push((user + system) / 1e6)
    await fitted.close()
    await vision.close()
  }
  console.log(`${detector}: ${spread(seconds, 2)} s of processor`)
}
