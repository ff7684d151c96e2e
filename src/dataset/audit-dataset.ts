/** Everything that is wrong with a dataset, found by opening every file once. */
import { availableParallelism } from 'node:os'
import { reasonOfBadFile } from '../errors.ts'
import { decodeImage } from '../image/decode-image.ts'
import type { Size } from '../image/image.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import { findFittingMask } from './read-mask.ts'
import type { Dataset, DatasetIssue, MaskSource, Sample } from './sample.ts'

/**
 * The issues that `openDataset` found, then those of the files: images that cannot be decoded, masks that cannot, masks of
 * another size than their image, and masks of a defect, or of the object, with nothing inside. One bad file stops nothing.
 *
 * @throws {CancelledError} The task's signal fired.
 * Cost: decodes everything; holds a few images at a time.
 */
export async function auditDataset(dataset: Dataset, task: Task): Promise<readonly DatasetIssue[]> {
  const { samples } = dataset
  const issues = [...dataset.issues]
  const reported = new Set(issues.map(({ kind, path }) => `${kind} ${path}`))
  const progress = task.progress('audit', 'images')
  const audited = mapConcurrent(samples, 2 * availableParallelism(), async (sample) => {
    checkCancelled(task)
    return auditSample(sample)
  })
  let done = 0
  try {
    for await (const found of audited) {
      progress.update(++done, samples.length)
      // A broken annotation was perhaps met when the dataset was opened.
      issues.push(...found.filter(({ kind, path }) => !reported.has(`${kind} ${path}`)))
    }
  } finally {
    progress.end()
  }
  return issues
}

/** Samples that no error names, by their image or by one of their masks. */
export function usableSamples(dataset: Dataset, issues: readonly DatasetIssue[]): readonly Sample[] {
  const bad = new Set(issues.filter(({ severity }) => severity === 'error').map(({ path }) => path))
  return dataset.samples.filter(
    ({ path, mask, foreground }) =>
      ![path, mask?.path, foreground?.path].some((each) => each !== undefined && bad.has(each)),
  )
}

async function auditSample({ path, reading, mask, foreground }: Sample): Promise<DatasetIssue[]> {
  const image = await attempt(() => decodeImage(path, reading))
  if ('reason' in image) return [{ kind: 'unreadable', severity: 'error', path, message: image.reason }]
  const size: Size = { width: image.width, height: image.height }
  const found = [
    ...(mask === null ? [] : await auditMask(mask, size, 'the image is anomalous, its mask is empty')),
    ...(foreground === null ? [] : await auditMask(foreground, size, 'the mask of the object is empty')),
  ]
  return found
}

async function auditMask(source: MaskSource, size: Size, ifEmpty: string): Promise<DatasetIssue[]> {
  const { path } = source
  const mask = await attempt(() => findFittingMask(source, size))
  if ('reason' in mask) return [{ kind: 'unreadable', severity: 'error', path, message: mask.reason }]
  if ('mismatch' in mask) return [{ kind: 'mask-size', severity: 'error', path, message: mask.mismatch }]
  if (mask.data.includes(1)) return []
  return [{ kind: 'empty-mask', severity: 'warning', path, message: ifEmpty }]
}

/** The value, or why a file is bad; anything else is an error. */
async function attempt<T>(work: () => Promise<T>): Promise<T | { readonly reason: string }> {
  try {
    return await work()
  } catch (error) {
    return { reason: reasonOfBadFile(error) }
  }
}
