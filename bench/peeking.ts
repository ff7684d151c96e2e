/**
 * What choosing the epoch on the test set flatters: image AUROC of the inference set after every pass, and of that series the last
 * value, which is the model's, and the best, which the references report; for GLASS also what held-back images would choose.
 *
 *     npx tsx bench/peeking.ts glass|csflow DATASET [seed] [folds] [options as JSON, with backbone and size]
 *
 * Also the tool with which the settings of the presets `small` were found, on folds of other seeds than those of the tables.
 */
import { fitCsflow } from '../src/detector/csflow/fit-csflow.ts'
import { openCsflow } from '../src/detector/csflow/open-csflow.ts'
import { csflowOptions } from '../src/detector/csflow/options.ts'
import type { Detector, FitInput } from '../src/detector/detector.ts'
import { fitGlass } from '../src/detector/glass/fit-glass.ts'
import { glassOptions } from '../src/detector/glass/options.ts'
import { openGlass } from '../src/detector/glass/score-images.ts'
import { createRandom } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'
import type { TrainingCurves } from '../src/wire/training-curves.ts'
import { machine } from './machine.ts'
import { aurocOf, benchMachine, openFolds, talkingTask } from './open-folds.ts'

const [method, dataset, seedText = '101', foldsText = '1', settings = '{}'] = process.argv.slice(2)
if (dataset === undefined) throw new Error('name a method and a dataset')
const [seed, folds] = [Number(seedText), Number(foldsText)]
const { backbone = null, size = 256, ...own } = JSON.parse(settings) as Record<string, unknown>

type Look = (detector: Detector) => Promise<void>
/** Fits, and shows the model after each pass. */
const fitAndShow = {
  glass: async (input: FitInput, look: Look) =>
    fitGlass(input, glassOptions.parse(own), {
      onEpoch: async (_epoch, model) => look(await openGlass(model, input)),
    }),
  csflow: async (input: FitInput, look: Look) =>
    fitCsflow(input, csflowOptions.parse(own), async (_epoch, model) => look(openCsflow(model, input))),
}[method!] as (input: FitInput, look: Look) => Promise<{ readonly curves: TrainingCurves }>

const { vision, plans } = await openFolds(dataset, {
  seed,
  folds,
  backbone: backbone as string | null,
  size: Number(size),
})
console.log(`${method}, ${dataset}, seed ${seed}, ${JSON.stringify(own)}; ${machine()}`)
const gaps: number[] = []
for (const { fold, train, inference } of plans) {
  const series: number[] = []
  let scores: number[] = []
  const look = async (detector: Detector): Promise<void> => {
    scores = []
    for await (const outcome of detector.score(inference, vision, quietTask)) {
      scores.push(outcome.ok ? outcome.value.score : Number.NaN)
    }
    await detector.close()
    series.push(aurocOf(inference, scores))
  }
  const started = performance.now()
  const random = createRandom(seed, 'fit', fold)
  const { curves } = await fitAndShow(
    { samples: train, vision, random, task: talkingTask, ...benchMachine },
    look,
  )
  const [last, best] = [series.at(-1)!, Math.max(...series)]
  gaps.push(best - last)
  const kept = /kept: epoch (\d+)/.exec(curves.ended)
  const defects = [...new Set(inference.flatMap(({ defect }) => defect ?? []))]
  console.log(
    `fold ${fold}: last ${last.toFixed(4)}, best on test ${best.toFixed(4)} (pass ${series.indexOf(best) + 1} of ${series.length})` +
      `${kept === null ? '' : `, held-back ${series[Number(kept[1]) - 1]!.toFixed(4)} (pass ${kept[1]})`}; ` +
      `${curves.curves[0]!.name} ${curves.curves[0]!.value.at(-1)!.toFixed(3)}; ${((performance.now() - started) / 1000).toFixed(0)} s; ` +
      defects.map((defect) => `${defect} ${aurocOf(inference, scores, defect).toFixed(3)}`).join(', '),
  )
  console.log(`  ${series.map((value) => value.toFixed(4)).join(' ')}`)
}
console.log(`best minus last, mean over folds: ${(gaps.reduce((a, b) => a + b, 0) / gaps.length).toFixed(4)}`)
await vision.close()
