/** Fits a detector for each support of a learning curve and lets it score threshold and inference sets; what is done stays. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Sample } from '../../dataset/sample.ts'
import type { FoldPlan } from '../../evaluate/fold-plan.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { sha256 } from '../../files/hash.ts'
import { maybeReadJson } from '../../files/read-json.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import type { Progress, Task } from '../../task.ts'
import { type FoldWork, fitFold } from '../evaluate/fit-fold.ts'
import { scoreAll } from '../evaluate/score-all.ts'
import type { FoldScores } from '../folder/fold-record.ts'

const scored = z.array(z.tuple([z.string(), z.number()]))
const supportRecordSchema = z.strictObject({
  /** Hash over all that decides about it. */
  key: z.string(),
  threshold: scored,
  inference: scored,
  failures: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
  seconds: z.strictObject({ fit: z.number(), score: z.number() }),
})
export type SupportRecord = z.infer<typeof supportRecordSchema>

export interface SupportWork extends Omit<FoldWork, 'out' | 'card'> {
  /** Where finished supports are kept until the plan is whole; null for nowhere. */
  readonly folder: string | null
}

/**
 * @param plans - By number of units that train.
 * @throws {StatisticalError} Too few samples to fit on. @throws {CancelledError} What is finished stays.
 */
export async function workSupports(
  plans: readonly (readonly FoldPlan[])[],
  work: SupportWork,
  task: Task,
): Promise<readonly (readonly SupportRecord[])[]> {
  const total = plans.reduce((sum, own) => sum + own.length, 0)
  const progress = task.progress('learning curve', 'detectors')
  let done = 0
  try {
    const records: SupportRecord[][] = []
    for (const own of plans) {
      const size: SupportRecord[] = []
      for (const plan of own) {
        progress.update(done, total, `${plan.units.train} good units train`)
        size.push(await workSupport(plan, work, quietly(task)))
        progress.update(++done, total)
      }
      records.push(size)
    }
    return records
  } finally {
    progress.end()
  }
}

/** What `evaluate/` makes results from. */
export const scoresOf = ({ threshold, inference, seconds }: SupportRecord): FoldScores => ({
  threshold,
  inference,
  seconds,
  pixel: null,
})

async function workSupport(plan: FoldPlan, work: SupportWork, task: Task): Promise<SupportRecord> {
  const { folder, vision } = work
  const own = folder === null ? null : join(folder, `units-${plan.units.train}`, `support-${plan.fold}`)
  const key = sha256(JSON.stringify([work.key, plan.fold, plan.unitIds]))
  const found = own === null ? undefined : await maybeReadJson(join(own, 'record.json'), supportRecordSchema)
  if (found?.key === key) return found
  const started = performance.now()
  const detector = await fitFold(plan, { ...work, key }, own === null ? null : join(own, 'training'), task)
  const inspector = createInspector({ detector, vision, operating: null, close: () => detector.close() })
  try {
    const fitted = performance.now()
    const score = (samples: readonly Sample[]) => scoreAll(inspector, samples, 'scores', task, () => {})
    const threshold = await score(plan.threshold)
    const inference = await score(plan.inference)
    const record: SupportRecord = {
      key,
      threshold: threshold.scores,
      inference: inference.scores,
      failures: [...threshold.failures, ...inference.failures],
      seconds: { fit: (fitted - started) / 1000, score: (performance.now() - fitted) / 1000 },
    }
    if (own !== null) {
      await writeFileAtomic(join(own, 'record.json'), JSON.stringify(record))
      await rm(join(own, 'training'), { recursive: true, force: true })
    }
    return record
  } finally {
    await inspector.close()
  }
}

/** One bar for all supports: those of a single fit would flicker. */
function quietly(task: Task): Task {
  const silent: Progress = { update() {}, end() {} }
  return { ...task, signal: task.signal, note: (message) => task.note(message), progress: () => silent }
}
