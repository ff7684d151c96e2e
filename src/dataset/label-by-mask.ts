/** Labels where no folder gives any: an image whose mask has something inside is anomalous, one whose mask is empty is nominal. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { decodeMask } from '../image/decode-mask.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import type { BackgroundOf } from './labelmaps.ts'
import type { DatasetIssue, Label } from './sample.ts'

export interface LabelledByMask {
  readonly labels: ReadonlyMap<string, Label>
  /** Images whose mask cannot be read; they have no label. */
  readonly issues: readonly DatasetIssue[]
}

/** @param masks - By image; what is their background where the dataset says so. Cost: decodes every mask. @throws {CancelledError} */
export async function labelByMask(
  root: string,
  masks: ReadonlyMap<string, readonly string[]>,
  backgroundOf: BackgroundOf,
  task: Task,
): Promise<LabelledByMask> {
  const labels = new Map<string, Label>()
  const issues: DatasetIssue[] = []
  const progress = task.progress('masks', 'images')
  const read = mapConcurrent(masks, 2 * availableParallelism(), async ([image, files]) => {
    checkCancelled(task)
    for (const file of files) {
      const outcome = await isPainted(join(root, file), backgroundOf(file))
      if (typeof outcome !== 'boolean') return { image, issue: outcome }
      if (outcome) return { image, label: 'anomalous' as const }
    }
    return { image, label: 'nominal' as const }
  })
  let done = 0
  try {
    for await (const outcome of read) {
      progress.update(++done, masks.size)
      if ('issue' in outcome) issues.push(outcome.issue)
      else labels.set(outcome.image, outcome.label)
    }
  } finally {
    progress.end()
  }
  return { labels, issues }
}

async function isPainted(
  path: string,
  background: readonly number[] | undefined,
): Promise<boolean | DatasetIssue> {
  try {
    return (await decodeMask(path, background && { background })).data.includes(1)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const message = `${error.message.replace(`${error.path}: `, '')}; the label of its image is not known without it`
    return { kind: 'unreadable', severity: 'error', path, message }
  }
}
