/**
 * Do maps peak at the defects? Of the rejected defective images of every fold of a run, the share whose map has its peak inside
 * the grown mask of the defect, as `localisation.concordance` reckons it.
 *
 *     npx tsx bench/peak-hits.ts RUN      # a run of `evaluate --keep-models`
 */

import { tmpdir } from 'node:os'
import { featureCacheFolder } from '../src/backbone/weights-folder.ts'
import type { JudgedImage } from '../src/guardrail/model/fitted-run.ts'
import { type Hit, hitInterval, hitOf } from '../src/guardrail/model/localisation-concordance.ts'
import { withoutQueue } from '../src/options/queue-options.ts'
import { openDiagnosis } from '../src/run/diagnose/open-diagnosis.ts'
import { quietTask } from '../src/task.ts'
import { benchMachine } from './open-folds.ts'

const count = (of: typeof rejected): number => of.filter(({ hit }) => hit.isHit).length
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

const [run] = process.argv.slice(2)
if (run === undefined) throw new Error('name the folder of a run')
const rejected: { readonly image: JudgedImage; readonly hit: Hit }[] = []
let folds = 1
for (let fold = 0; fold < folds; fold++) {
  const opened = await openDiagnosis(
    {
      ...benchMachine,
      cache: featureCacheFolder(),
      run,
      fold,
      images: 100_000,
      weights: null,
      ...withoutQueue,
      store: tmpdir(),
      createdAt: '',
      command: 'bench',
    },
    quietTask,
  )
  folds = opened.evaluation.protocol.folds
  const model = await opened.openModel()
  if (typeof model === 'string') throw new Error(model)
  const found = model.judged.flatMap((image) => {
    const mask =
      image.sample.label === 'anomalous' && image.isRejected ? model.defectMask(image.sample) : null
    return mask === null ? [] : [{ image, hit: hitOf(image, mask) }]
  })
  rejected.push(...found)
  console.log(`fold ${fold}: ${count(found)} of ${found.length} rejected defective images`)
  await model.detector.close()
  await opened.close()
}
const byChance = rejected.reduce((sum, { hit }) => sum + hit.share, 0) / rejected.length
const [low, high] = hitInterval(rejected)
console.log(
  `${percent(count(rejected) / rejected.length)} (${percent(low!)} to ${percent(high!)}) peak at the defect; by chance ${percent(byChance)}`,
)
