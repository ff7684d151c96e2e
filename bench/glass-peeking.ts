/**
 * What choosing the epoch on the test set flatters: image AUROC of the inference set after every epoch, and of that series the last
 * value, the best (as the reference reports) and the one that held-back training images choose.
 *
 *     npx tsx bench/glass-peeking.ts DATASET [seed] [folds] [options as JSON]
 *
 * Also the tool with which the settings of the preset `small` were found, on folds of other seeds than those of the tables.
 */

import { featureCacheFolder, weightsFolder } from '../src/backbone/weights-folder.ts'
import { fitGlass } from '../src/detector/glass/fit-glass.ts'
import type { GlassModel } from '../src/detector/glass/glass-file.ts'
import type { GlassOptions } from '../src/detector/glass/options.ts'
import { openGlass } from '../src/detector/glass/score-images.ts'
import { configureMethod } from '../src/detector/methods.ts'
import { auroc } from '../src/evaluate/metrics/roc.ts'
import { planFolds, splitDefaults } from '../src/evaluate/split.ts'
import { groupUnits, resolveUnit } from '../src/evaluate/units.ts'
import { createRandom } from '../src/math/random.ts'
import { type EvaluateRequest, requestDefaults } from '../src/request.ts'
import { openSamples } from '../src/run/open-samples.ts'
import { openRunVision } from '../src/run/open-vision.ts'
import { quietTask, type Task } from '../src/task.ts'
import { machine } from './machine.ts'

const [dataset, seedText = '101', foldsText = '1', settings = '{}'] = process.argv.slice(2)
if (dataset === undefined) throw new Error('name a dataset')
const task: Task = { ...quietTask, note: (message) => console.error(message) }
const { backbone = null, size = null, ...own } = JSON.parse(settings) as Record<string, unknown>
const request = {
  ...requestDefaults,
  dataset,
  backbone: backbone as string | null,
  size: size === null ? null : { width: Number(size), height: Number(size) },
  weights: weightsFolder(null),
  cache: featureCacheFolder(),
  threads: 2,
  device: 'cpu',
} satisfies Partial<EvaluateRequest>
const { options } = (await configureMethod('glass', own)) as unknown as { options: GlassOptions }
const { samples } = await openSamples(request, task)
const { vision } = await openRunVision(request, task)
const units = groupUnits(samples, resolveUnit(samples, 'auto'))
const folds = foldsText
  .split(',')
  .flatMap((text) =>
    foldsText.includes(',') ? [Number(text)] : Array.from({ length: Number(text) }, (_, i) => i),
  )
const plans = planFolds(units, { ...splitDefaults, seed: Number(seedText), folds: Math.max(...folds) + 1 })

console.log(`${dataset}, seed ${seedText}, ${JSON.stringify(own)}; ${machine()}`)
for (const fold of folds) {
  const plan = plans[fold]!
  const series: number[] = []
  const byDefect = new Map<string, number>()
  const look = async (_epoch: number, model: GlassModel): Promise<void> => {
    const detector = await openGlass(model, { device: 'cpu', threads: 2 })
    const scores: number[] = []
    for await (const outcome of detector.score(plan.inference, vision, quietTask)) {
      scores.push(outcome.ok ? outcome.value.score : Number.NaN)
    }
    await detector.close()
    const area = (wanted: (defect: string | null) => boolean) => {
      const kept = plan.inference.flatMap(({ label, defect }, i) =>
        label === 'nominal' || wanted(defect) ? [[scores[i]!, Number(label === 'anomalous')] as const] : [],
      )
      return auroc(
        Float64Array.from(kept, ([score]) => score),
        Uint8Array.from(kept, ([, label]) => label),
      )!
    }
    series.push(area(() => true))
    for (const defect of new Set(plan.inference.flatMap((sample) => sample.defect ?? []))) {
      byDefect.set(
        defect,
        area((each) => each === defect),
      )
    }
  }
  const started = performance.now()
  const { curves } = await fitGlass(
    {
      samples: plan.train,
      vision,
      random: createRandom(Number(seedText), 'fit', fold),
      task,
      device: 'cpu',
      threads: 2,
    },
    options,
    look,
  )
  const best = series.indexOf(Math.max(...series))
  const shown = (epoch: number) => `${series[epoch]!.toFixed(4)} (epoch ${epoch + 1})`
  const kept = /kept: epoch (\d+)/.exec(curves.ended)
  console.log(
    `fold ${fold}: last ${shown(series.length - 1)}, best on test ${shown(best)}` +
      `${kept === null ? '' : `, held-back ${shown(Number(kept[1]) - 1)}`}; ` +
      `${((performance.now() - started) / 1000).toFixed(0)} s; ` +
      curves.curves
        .slice(0, 3)
        .map(({ name, value }) => `${name} ${value.at(-1)!.toFixed(3)}`)
        .join(', ') +
      `; ${[...byDefect].map(([defect, value]) => `${defect} ${value.toFixed(3)}`).join(', ')}`,
  )
  console.log(`  ${series.map((value) => value.toFixed(4)).join(' ')}`)
}
await vision.close()
