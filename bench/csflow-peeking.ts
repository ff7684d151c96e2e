/**
 * What choosing the epoch on the test set flatters: image AUROC of the inference set after every pass over the training images,
 * and of that series the last value, which is the model's, and the best, which the reference reports.
 *
 *     npx tsx bench/csflow-peeking.ts DATASET [seed] [folds] [options as JSON, with backbone and size]
 *
 * Also the tool with which the settings of the preset `small` were found, on folds of other seeds than those of the tables.
 */
import { fitCsflow } from '../src/detector/csflow/fit-csflow.ts'
import type { FlowModel } from '../src/detector/csflow/flow-file.ts'
import { csflowOptions } from '../src/detector/csflow/options.ts'
import { openCsflow } from '../src/detector/csflow/score-images.ts'
import { createRandom } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'
import { machine } from './machine.ts'
import { aurocOf, benchMachine, openFolds, talkingTask } from './open-folds.ts'

const [dataset, seedText = '101', foldsText = '1', settings = '{}'] = process.argv.slice(2)
if (dataset === undefined) throw new Error('name a dataset')
const [seed, folds] = [Number(seedText), Number(foldsText)]
const { backbone = null, size = 256, ...own } = JSON.parse(settings) as Record<string, unknown>
const options = csflowOptions.parse(own)
const { vision, plans } = await openFolds(dataset, {
  seed,
  folds,
  backbone: backbone as string | null,
  size: Number(size),
})
console.log(`${dataset}, seed ${seed}, ${JSON.stringify(own)}; ${machine()}`)
const gaps: number[] = []
for (const { fold, train, inference } of plans) {
  const series: number[] = []
  const look = async (_epoch: number, model: FlowModel): Promise<void> => {
    const detector = await openCsflow(model, benchMachine)
    const scores: number[] = []
    for await (const outcome of detector.score(inference, vision, quietTask)) {
      scores.push(outcome.ok ? outcome.value.score : Number.NaN)
    }
    await detector.close()
    series.push(aurocOf(inference, scores))
  }
  const started = performance.now()
  const random = createRandom(seed, 'fit', fold)
  const input = { samples: train, vision, random, task: talkingTask, ...benchMachine }
  const { curves } = await fitCsflow(input, options, look)
  const [last, best] = [series.at(-1)!, Math.max(...series)]
  gaps.push(best - last)
  console.log(
    `fold ${fold}: last ${last.toFixed(4)}, best on test ${best.toFixed(4)} (pass ${series.indexOf(best) + 1} of ${series.length}); ` +
      `loss ${curves.curves[0]!.value.at(-1)!.toFixed(3)}; ${((performance.now() - started) / 1000).toFixed(0)} s`,
  )
  console.log(`  ${series.map((value) => value.toFixed(4)).join(' ')}`)
}
console.log(`best minus last, mean over folds: ${(gaps.reduce((a, b) => a + b, 0) / gaps.length).toFixed(4)}`)
await vision.close()
