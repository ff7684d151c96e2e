/**
 * What searching a bank along few axes saves and what it costs: the same bank searched both ways, turn about in one run, on the images
 * that judge the first of five folds.
 *
 *     npx tsx bench/search-axes.bench.ts DATASET [BACKBONE=plumb-s]
 */
import type { Sample } from '../src/dataset/sample.ts'
import { bankFileName, decodeBank, encodeBank } from '../src/detector/patchcore/bank-file.ts'
import { patchcoreOptions } from '../src/detector/patchcore/options.ts'
import { patchcore } from '../src/detector/patchcore/patchcore.ts'
import { createRandom } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'
import { machine, markdownTable } from './machine.ts'
import { aurocOf, openFolds } from './open-folds.ts'

const [dataset, backbone = 'plumb-s'] = process.argv.slice(2)
if (dataset === undefined) throw new Error('usage: npx tsx bench/search-axes.bench.ts DATASET [BACKBONE]')

const oneThread = { device: 'cpu', threads: 1 }
const rounds = 5
const { vision, plans } = await openFolds(dataset, { seed: 0, folds: 5, backbone, size: 256 })
const { train, inference } = plans[0]!
const input = { samples: train, vision, random: createRandom(0, 'fit', 0), task: quietTask, scratch: null }
const fitted = await patchcore.fit({ ...input, ...oneThread }, patchcoreOptions.parse({}))
const bank = decodeBank(fitted.save().get(bankFileName)!)
await fitted.close()

/** Scores, and the least processor time of some rounds, in milliseconds an image. */
async function search(samples: readonly Sample[], axes: Float32Array | null) {
  const detector = await patchcore.load(new Map([[bankFileName, encodeBank({ ...bank, axes })]]), oneThread)
  return {
    async run(): Promise<{ scores: number[]; milliseconds: number }> {
      const scores: number[] = []
      const before = process.cpuUsage()
      for await (const outcome of detector.score(samples, vision, quietTask)) {
        scores.push(outcome.ok ? outcome.value.score : Number.NaN)
      }
      const { user, system } = process.cpuUsage(before)
      return { scores, milliseconds: (user + system) / 1000 / samples.length }
    },
    close: () => detector.close(),
  }
}

const ways = [await search(inference, null), await search(inference, bank.axes)]
const scores: number[][] = []
const least = [Infinity, Infinity]
for (let round = 0; round < rounds; round++) {
  for (const [i, way] of ways.entries()) {
    const found = await way.run()
    scores[i] = found.scores
    least[i] = Math.min(least[i]!, found.milliseconds)
  }
}
for (const way of ways) await way.close()

const apart = scores[0]!.map((whole, i) => Math.abs(scores[1]![i]! / whole - 1))
console.log(
  `${machine()}; ${dataset}, ${backbone}, 256 px, one thread, features from the cache: processor time an image\n`,
)
console.log(
  markdownTable([
    ['axes', 'whole', 'along axes', 'images whose score differs', 'the most', 'AUROC whole', 'along axes'],
    [
      `${(bank.axes?.length ?? 0) / bank.dims} of ${bank.dims}`,
      ...least.map((each) => `${each.toFixed(2)} ms`),
      `${apart.filter((each) => each > 1e-5).length} of ${apart.length}`,
      `${(100 * Math.max(...apart)).toFixed(2)} %`,
      ...scores.map((each) => aurocOf(inference, each).toFixed(4)),
    ],
  ]),
)
await vision.close()
